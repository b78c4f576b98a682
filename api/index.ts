export * from './address';
export * from './cluster-status';
export * from './headers';
export * from './interface';
export { unusableAsClusterIp } from './ipv4';
export * from './network-config';
export * from './node';
export * from './problem';
export * from './status';
