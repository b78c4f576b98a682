import { App } from 'cdktf';
import { ClusterIpStack } from './stack';

const app = new App();
new ClusterIpStack(app, 'cluster-ip');
app.synth();
