import type { Eni, VpcState } from '../rules/state';
import type { Clock } from '../server/clock';
import type { Overlay } from './overlay';
import { readAddresses, readSurroundings, type Surroundings } from './read-state';
import { idsIn, scopeOf } from './scope';
import type { Upstream } from './upstream';

/** How long VPCs, subnets and instances that somebody changed behind the proxy's back may be old. */
const KEEP_MS = 10_000;

/**
 * Reads the upstream's state, and no more of it than the call at hand depends on: the more resources an upstream has, the
 * slower it describes them. ENIs are read every time, those of one VPC when the call names resources of one VPC only; VPCs,
 * subnets and instances when a call of ours may have changed them, when an id is not known, or after {@link KEEP_MS}.
 */
export class StateReader {
  private surroundings: { value: Surroundings; until: number } | null = null;
  private enis: ReadonlyMap<string, Eni> = new Map();

  constructor(
    private readonly upstream: Upstream,
    private readonly names: { region: string; account: string },
    private readonly clock: Clock,
  ) {}

  /** A call of ours may have changed VPCs, subnets or instances. */
  forget(): void {
    this.surroundings = null;
  }

  /** The state now. `request`: the text of the call it is for; without one, everything is looked at. */
  async read(overlay: Overlay, request = ''): Promise<VpcState> {
    const surroundings = await this.around(request);
    const scope = scopeOf(request, { ...surroundings, enis: this.enis });
    const fresh = await readAddresses(this.upstream, overlay, scope);
    const kept = scope === null ? [] : [...this.enis].filter(([, eni]) => eni.vpcId !== scope);
    this.enis = new Map([...kept, ...fresh.enis]);
    const whole = knowsAll(surroundings, this.enis) ? surroundings : await this.look();
    const enis = new Map([...this.enis].map(([id, eni]) => [id, withoutDeadAttachment(eni, whole)]));
    return { ...this.names, seed: 0, issued: 0, ...whole, enis, eips: fresh.eipsOf(this.enis) };
  }

  private async around(request: string): Promise<Surroundings> {
    const kept = this.surroundings;
    if (!kept || this.clock.steady() >= kept.until) return this.look();
    const { vpcs, subnets, instances } = kept.value;
    const known = idsIn(request).every(
      (id) => id.startsWith('eni-') || vpcs.has(id) || subnets.has(id) || instances.has(id),
    );
    return known ? kept.value : this.look();
  }

  private async look(): Promise<Surroundings> {
    const value = await readSurroundings(this.upstream);
    this.surroundings = { value, until: this.clock.steady() + KEEP_MS };
    return value;
  }
}

function knowsAll({ subnets, instances }: Surroundings, enis: ReadonlyMap<string, Eni>): boolean {
  return [...enis.values()].every(
    (eni) => subnets.has(eni.subnetId) && (!eni.attachment || instances.has(eni.attachment.instanceId)),
  );
}

/** What was attached to an instance that is terminated is free; the upstream leaves it attached. */
function withoutDeadAttachment(eni: Eni, { instances }: Surroundings): Eni {
  const dead = eni.attachment && instances.get(eni.attachment.instanceId)?.state === 'terminated';
  return dead ? { ...eni, attachment: null } : eni;
}
