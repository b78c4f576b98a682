export * from './reconciler/ports';
