export type { DiscoveredInstance, DiscoveredNic, NicOverrides } from './discovery';
