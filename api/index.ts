export * from './address';
export * from './headers';
export * from './interface';
export * from './network-config';
export * from './node';
export * from './status';
