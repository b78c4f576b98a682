import { Ec2Error, type EniView, type Holder } from '../../../node/reconciler/ports';

/** Who held an address until when. */
interface Change {
  readonly at: number;
  readonly address: string;
  readonly before: string | null;
}

export interface Eni {
  readonly eniId: string;
  readonly primary: string;
  /** Which machine it is attached to; null: a stranger's. */
  readonly machine: number | null;
  readonly device: string;
}

export const SUBNET = { id: 'subnet-1', cidr: '10.0.1.0/24' };

const refuse = (reason: Ec2Error['reason'], message: string): Ec2Error =>
  new Ec2Error(reason, 'ask-a-person', 'InvalidParameterValue', message);

/** EC2's own truth about secondary addresses: one holder each, moved by the last writer. */
export class Ec2World {
  private readonly enis = new Map<string, Eni>();
  private readonly primaries = new Map<string, string>();
  private readonly holders = new Map<string, string>();
  private readonly history: Change[] = [];
  /** An address has another holder. */
  onMove: (address: string, from: string | null, to: string | null) => void = () => undefined;

  constructor(private readonly now: () => number) {}

  addEni(eni: Eni): void {
    this.enis.set(eni.eniId, eni);
    this.primaries.set(eni.primary, eni.eniId);
  }

  eni(eniId: string): Eni {
    const eni = this.enis.get(eniId);
    if (eni === undefined) {
      throw new Ec2Error('eni-missing', 'retry-later', 'InvalidNetworkInterfaceID.NotFound', `${eniId} does not exist`);
    }
    return eni;
  }

  holder(address: string): string | null {
    return this.holders.get(address) ?? null;
  }

  held(): IterableIterator<[address: string, eniId: string]> {
    return this.holders.entries();
  }

  /** Atomic: all or none. */
  assign(eniId: string, addresses: readonly string[], allowReassignment: boolean): void {
    this.eni(eniId);
    for (const address of addresses) {
      if (!address.startsWith('10.0.1.')) throw refuse('outside-subnet', 'Address does not fall within the subnet');
      if (this.primaries.has(address)) throw refuse('primary-of-other', 'secondary-addresses');
      const holder = this.holders.get(address);
      if (holder !== undefined && holder !== eniId && !allowReassignment) {
        throw refuse('held-by-other', `[${address}] assigned, but move is not allowed.`);
      }
    }
    for (const address of addresses) this.move(address, eniId);
  }

  unassign(eniId: string, addresses: readonly string[]): void {
    const eni = this.eni(eniId);
    if (addresses.includes(eni.primary)) {
      throw refuse('own-primary', 'The primary IP address of an interface cannot be unassigned.');
    }
    if (addresses.some((address) => this.holders.get(address) !== eniId)) {
      throw refuse('not-assigned', `Some of the specified addresses are not assigned to interface ${eniId}`);
    }
    for (const address of addresses) this.move(address, null);
  }

  move(address: string, to: string | null): void {
    const from = this.holder(address);
    if (from === to) return;
    this.history.push({ at: this.now(), address, before: from });
    if (to === null) this.holders.delete(address);
    else this.holders.set(address, to);
    this.onMove(address, from, to);
  }

  /** As a replica shows it that is behind: `at` is the moment it knows. */
  describe(eniId: string, at: number): EniView {
    const { primary } = this.eni(eniId);
    const secondary = [...this.asOf(at)].filter(([, holder]) => holder === eniId).map(([address]) => address);
    return { eniId, subnetId: SUBNET.id, primary, secondary, sourceDestCheck: false };
  }

  findHolder(address: string, at: number): Holder | null {
    const primary = this.primaries.get(address);
    if (primary !== undefined) return { eniId: primary, primary: true };
    const holder = this.asOf(at).get(address);
    return holder === undefined ? null : { eniId: holder, primary: false };
  }

  private asOf(at: number): ReadonlyMap<string, string> {
    const { history } = this;
    const last = history[history.length - 1];
    if (last === undefined || last.at <= at) return this.holders;
    const then = new Map(this.holders);
    for (let i = history.length - 1; i >= 0 && history[i]!.at > at; i -= 1) {
      const { address, before } = history[i]!;
      if (before === null) then.delete(address);
      else then.set(address, before);
    }
    return then;
  }
}
