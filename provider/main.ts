import { servePlugin } from './framework/plugin/serve';
import { providerMethods } from './framework/server/provider-methods';
import { tgProvider } from './provider';
import { ADDRESS, VERSION } from './version';

void servePlugin({ name: 'tg', address: ADDRESS, version: VERSION, methods: providerMethods(tgProvider) });
