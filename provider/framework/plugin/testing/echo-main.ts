import { servePlugin } from '../serve';
import { echoProvider } from './echo-provider';

void servePlugin(echoProvider);
