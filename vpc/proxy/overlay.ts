/** What the upstream cannot hold, remembered by the proxy for as long as it runs. */
export interface Overlay {
  /** Allocation id → the private address it leads to; the upstream knows only the ENI. */
  readonly eipTargets: Map<string, string>;
  /** ENI id → DeleteOnTermination; the upstream always says false. */
  readonly deleteOnTermination: Map<string, boolean>;
}

export const emptyOverlay = (): Overlay => ({ eipTargets: new Map(), deleteOnTermination: new Map() });
