export * from './reconciler/holder';
export * from './reconciler/ports';
export * from './reconciler/types';
export { DEFAULT_TIMING } from './reconciler/timing';
export { Reconciler } from './reconciler/reconciler';
