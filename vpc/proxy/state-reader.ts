import type { Eni, VpcState } from '../rules/state';
import type { Clock } from '../server/clock';
import type { Overlay } from './overlay';
import { readAddresses, readSurroundings, type Surroundings } from './read-state';
import type { Upstream } from './upstream';

/** How long VPCs, subnets and instances that somebody changed behind the proxy's back may be old. */
const KEEP_MS = 2_000;

/**
 * Reads the upstream's state. ENIs and Elastic IPs are read every time; VPCs, subnets and instances when something may
 * have changed them: a call of ours, an id that is not known yet, or the passing of {@link KEEP_MS}.
 */
export class StateReader {
  private kept: { surroundings: Surroundings; until: number } | null = null;

  constructor(
    private readonly upstream: Upstream,
    private readonly names: { region: string; account: string },
    private readonly clock: Clock,
  ) {}

  /** Something was changed through the proxy: nothing that was kept is good any more. */
  forget(): void {
    this.kept = null;
  }

  /** The state now. `mentioned`: the text of the request; ids in it that are not known make it look again. */
  async read(overlay: Overlay, mentioned = ''): Promise<VpcState> {
    const addresses = await readAddresses(this.upstream, overlay);
    const surroundings = await this.surroundings(mentioned, [...addresses.enis.values()]);
    const enis = new Map([...addresses.enis].map(([id, eni]) => [id, withoutDeadAttachment(eni, surroundings)]));
    return { ...this.names, seed: 0, issued: 0, ...surroundings, enis, eips: addresses.eips };
  }

  private async surroundings(mentioned: string, enis: readonly Eni[]): Promise<Surroundings> {
    const now = this.clock.steady();
    if (this.kept && now < this.kept.until && knowsAll(this.kept.surroundings, mentioned, enis)) {
      return this.kept.surroundings;
    }
    const surroundings = await readSurroundings(this.upstream);
    this.kept = { surroundings, until: now + KEEP_MS };
    return surroundings;
  }
}

function knowsAll({ vpcs, subnets, instances }: Surroundings, mentioned: string, enis: readonly Eni[]): boolean {
  const ids = mentioned.match(/\b(vpc|subnet|i)-[0-9a-f]+/g) ?? [];
  return (
    ids.every((id) => vpcs.has(id) || subnets.has(id) || instances.has(id)) &&
    enis.every((eni) => subnets.has(eni.subnetId) && (!eni.attachment || instances.has(eni.attachment.instanceId)))
  );
}

/** What was attached to an instance that is terminated is free; the upstream leaves it attached. */
function withoutDeadAttachment(eni: Eni, { instances }: Surroundings): Eni {
  const dead = eni.attachment && instances.get(eni.attachment.instanceId)?.state === 'terminated';
  return dead ? { ...eni, attachment: null } : eni;
}
