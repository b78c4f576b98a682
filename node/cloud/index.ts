export { connectEc2, type Ec2Connection, type Ec2Options, type Ec2Timeouts } from './ec2';
export { connectImds, type Imds, type ImdsOptions } from './imds';
export { ImdsError, type ImdsReason } from './imds-error';
export { classify } from './classify';
export type { Credentials } from './credentials';
export {
  discoverInstance,
  discoverNic,
  type DiscoveredInstance,
  type DiscoveredNic,
  type NicOverrides,
  type NicQuestion,
} from './discovery';
