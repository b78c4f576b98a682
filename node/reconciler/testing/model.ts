/**
 * A small model of EC2, Linux and a disk that outlives the reconcilers that act on it. Only what the reconciler can
 * see is modelled; AWS's full rules live in the vpc package.
 */
import { contains, range, toNumber } from '../cidr';
import {
  Ec2Error,
  type Binding,
  type BoundAddress,
  type Clock,
  type Ec2Port,
  type EniView,
  type Holder,
  type LedgerEntry,
  type LedgerPort,
  type OsPort,
} from '../ports';

export interface ModelEni {
  eniId: string;
  subnetId: string;
  cidr: string;
  primary: string;
  secondary: string[];
  limit: number;
}

/** What happens to the next call of a kind. */
export type Fault =
  /** Refused or failed without effect. */
  | { kind: 'error'; error: Ec2Error }
  /** Takes effect, but nobody hears. */
  | { kind: 'lost-answer' }
  /** Never answers; takes effect `afterMs` later. */
  | { kind: 'late'; afterMs: number }
  /** Describe answers from before. */
  | { kind: 'stale'; view: EniView };

type Ec2Call = 'assign' | 'unassign' | 'describe-eni' | 'find-holder';

export interface Call {
  at: number;
  call: Ec2Call | 'bind' | 'unbind' | 'disconnect' | 'list' | 'save' | 'load';
  eniId?: string;
  addresses: readonly string[];
  allowReassignment?: boolean;
}

const refuse = (reason: Ec2Error['reason'], message: string, kind: Ec2Error['kind'] = 'ask-a-person'): Ec2Error =>
  new Ec2Error(reason, kind, 'InvalidParameterValue', message);

export const throttled = (): Ec2Error =>
  new Ec2Error('throttled', 'retry-later', 'RequestLimitExceeded', 'Request limit exceeded.');
export const unauthorized = (): Ec2Error =>
  new Ec2Error('unauthorized', 'ask-a-person', 'UnauthorizedOperation', 'You are not authorized.');
export const unreachable = (): Ec2Error =>
  new Ec2Error('unreachable', 'retry-later', 'ECONNREFUSED', 'connect ECONNREFUSED', 'unknown');

/** EC2, one machine's kernel and its disk. */
export class Model {
  readonly enis = new Map<string, ModelEni>();
  readonly calls: Call[] = [];
  readonly faults: { call: Ec2Call; fault: Fault; times: number }[] = [];
  ledger: LedgerEntry[] = [];
  ledgerFault: Error | null = null;
  /** Fails that call; with `address`, only when it is about that one. */
  osFault: { call: 'bind' | 'unbind' | 'disconnect' | 'list'; error: Error; address?: string } | null = null;
  /** Bound again by another actor as soon as it is unbound. */
  stubborn: string | null = null;
  latencyMs = 20;
  /** Addresses to which new connections are refused since a disconnect. */
  readonly refusing = new Set<string>();
  private bound: (BoundAddress & { expiresAt: number | null })[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(readonly clock: Clock) {}

  addEni(eni: Partial<ModelEni> & { eniId: string; primary: string }): ModelEni {
    const full = { subnetId: 'subnet-1', cidr: '10.0.1.0/24', secondary: [], limit: 15, ...eni };
    this.enis.set(eni.eniId, full);
    return full;
  }

  eni(eniId: string): ModelEni {
    const eni = this.enis.get(eniId);
    if (eni === undefined) throw refuse('eni-missing', `The networkInterface ID '${eniId}' does not exist`);
    return eni;
  }

  /** The ENIs that hold an address. */
  holders(address: string): string[] {
    return [...this.enis.values()]
      .filter((e) => e.primary === address || e.secondary.includes(address))
      .map((e) => e.eniId);
  }

  addresses(): BoundAddress[] {
    const now = this.clock.now();
    this.bound = this.bound.filter((b) => b.expiresAt === null || b.expiresAt > now);
    return this.bound.map(({ expiresAt, ...b }) => ({
      ...b,
      validSeconds: expiresAt === null ? null : Math.ceil((expiresAt - now) / 1000),
    }));
  }

  /** `address@device` of everything bound. */
  boundNow(): string[] {
    return this.addresses().map((b) => `${b.address}@${b.device}`);
  }

  /** Somebody binds an address by hand. */
  bindByHand(bound: Partial<BoundAddress> & { address: string; device: string }): void {
    this.bound.push({ prefixLength: 32, label: bound.device, validSeconds: null, expiresAt: null, ...bound });
    this.notify();
  }

  /** Somebody unbinds an address by hand. */
  unbindByHand(address: string): void {
    this.bound = this.bound.filter((b) => b.address !== address);
    this.notify();
  }

  /** A reboot: the kernel forgets, the disk and EC2 do not. */
  reboot(): void {
    this.bound = this.bound.filter((b) => b.prefixLength !== 32);
  }

  fault(call: Ec2Call, fault: Fault, times = 1): void {
    this.faults.push({ call, fault, times });
  }

  count(call: Call['call']): number {
    return this.calls.filter((c) => c.call === call).length;
  }

  assign(eniId: string, addresses: readonly string[], allowReassignment: boolean): void {
    const eni = this.eni(eniId);
    for (const address of addresses) {
      const { last } = range(eni.cidr);
      if (!contains(eni.cidr, address)) throw refuse('outside-subnet', 'Address does not fall within the subnet');
      if (toNumber(address) < range(eni.cidr).first + 4 || toNumber(address) === last) {
        throw refuse('reserved', `Address ${address} is in subnet's reserved range.`);
      }
      for (const other of this.enis.values()) {
        if (other.primary === address) throw refuse('primary-of-other', 'secondary-addresses');
        if (other !== eni && other.secondary.includes(address) && !allowReassignment) {
          throw refuse('held-by-other', `[${address}] assigned, but move is not allowed.`);
        }
      }
    }
    const added = addresses.filter((address) => !eni.secondary.includes(address));
    if (1 + eni.secondary.length + added.length > eni.limit) {
      throw new Ec2Error('eni-full', 'ask-a-person', 'PrivateIpAddressLimitExceeded', 'Number of private addresses');
    }
    for (const other of this.enis.values()) {
      if (other !== eni) other.secondary = other.secondary.filter((address) => !addresses.includes(address));
    }
    eni.secondary.push(...added);
  }

  unassign(eniId: string, addresses: readonly string[]): void {
    const eni = this.eni(eniId);
    if (addresses.includes(eni.primary)) throw refuse('own-primary', 'The primary IP address cannot be unassigned.');
    if (addresses.some((address) => !eni.secondary.includes(address))) {
      throw refuse('not-assigned', `Some of the specified addresses are not assigned to interface ${eniId}`);
    }
    eni.secondary = eni.secondary.filter((address) => !addresses.includes(address));
  }

  view(eniId: string): EniView {
    const { subnetId, primary, secondary } = this.eni(eniId);
    return { eniId, subnetId, primary, secondary: [...secondary], sourceDestCheck: false };
  }

  findHolder(address: string): Holder | null {
    for (const eni of this.enis.values()) {
      if (eni.primary === address) return { eniId: eni.eniId, primary: true };
      if (eni.secondary.includes(address)) return { eniId: eni.eniId, primary: false, instanceId: `i-${eni.eniId}` };
    }
    return null;
  }

  ec2(): Ec2Port {
    return {
      assign: ({ eniId, addresses, allowReassignment }) =>
        this.ec2Call({ call: 'assign', eniId, addresses, allowReassignment }, () => {
          this.assign(eniId, addresses, allowReassignment);
        }),
      unassign: ({ eniId, addresses }) =>
        this.ec2Call({ call: 'unassign', eniId, addresses }, () => {
          this.unassign(eniId, addresses);
        }),
      describeEni: (eniId) => this.ec2Call({ call: 'describe-eni', eniId, addresses: [] }, () => this.view(eniId)),
      findHolder: ({ address }) =>
        this.ec2Call({ call: 'find-holder', addresses: [address] }, () => this.findHolder(address)),
    };
  }

  os(dryRun = false): OsPort {
    return {
      dryRun,
      list: () => this.osCall({ call: 'list', addresses: [] }, () => this.addresses()),
      bind: (bindings) =>
        this.osCall({ call: 'bind', addresses: bindings.map((b) => b.address) }, () => {
          if (!dryRun) for (const binding of bindings) this.bind(binding);
        }),
      disconnect: (addresses, { refuseNew }) =>
        this.osCall({ call: 'disconnect', addresses: addresses.map((a) => a.address) }, () => {
          if (refuseNew) for (const { address } of addresses) this.refusing.add(address);
        }),
      unbind: (addresses) =>
        this.osCall({ call: 'unbind', addresses: addresses.map((a) => a.address) }, () => {
          const gone = new Set(addresses.map((a) => `${a.address}@${a.device}`));
          const isStubborn = (b: BoundAddress) => b.address === this.stubborn;
          this.bound = this.bound.filter((b) => isStubborn(b) || !gone.has(`${b.address}@${b.device}`));
          this.notify();
        }),
      watch: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    };
  }

  /** `isAlive`: no system call of a dead process ends after its death. */
  disk(isAlive: () => boolean = () => true): LedgerPort {
    return {
      load: () => {
        this.calls.push({ at: this.clock.now(), call: 'load', addresses: [] });
        return Promise.resolve(structuredClone(this.ledger));
      },
      save: async (entries) => {
        this.calls.push({ at: this.clock.now(), call: 'save', addresses: entries.map((e) => e.address) });
        if (this.ledgerFault !== null) throw this.ledgerFault;
        const copy = structuredClone([...entries]);
        await this.clock.sleep(1);
        if (isAlive()) this.ledger = copy;
      },
    };
  }

  private bind({ address, device, lifetimeSeconds }: Binding): void {
    const expiresAt = this.clock.now() + lifetimeSeconds * 1000;
    this.refusing.delete(address);
    const there = this.bound.find((b) => b.address === address && b.device === device && b.prefixLength === 32);
    if (there === undefined) {
      this.bound.push({ address, device, prefixLength: 32, label: `${device}:cip`, validSeconds: null, expiresAt });
    } else {
      there.expiresAt = expiresAt;
    }
    this.notify();
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }

  private async osCall<T>(call: Omit<Call, 'at'>, effect: () => T): Promise<T> {
    this.calls.push({ at: this.clock.now(), ...call });
    await this.clock.sleep(2);
    const { osFault } = this;
    const hits = osFault?.address === undefined || call.addresses.includes(osFault.address);
    if (osFault?.call === call.call && hits) throw osFault.error;
    return effect();
  }

  private async ec2Call<T>(call: Omit<Call, 'at'> & { call: Ec2Call }, effect: () => T): Promise<T> {
    this.calls.push({ at: this.clock.now(), ...call });
    const index = this.faults.findIndex((f) => f.call === call.call && f.times > 0);
    const planned = this.faults[index];
    if (planned !== undefined && --planned.times === 0) this.faults.splice(index, 1);
    const fault = planned?.fault;
    if (fault?.kind === 'late') {
      void this.clock.sleep(fault.afterMs).then(() => {
        try {
          effect();
        } catch (error) {
          if (!(error instanceof Ec2Error)) throw error;
        }
      });
      return new Promise(() => undefined);
    }
    await this.clock.sleep(this.latencyMs);
    if (fault?.kind === 'error') throw fault.error;
    if (fault?.kind === 'stale') return fault.view as T;
    const result = effect();
    if (fault?.kind === 'lost-answer') {
      throw new Ec2Error('timeout', 'retry-now', 'TimeoutError', 'socket hang up', 'unknown');
    }
    return result;
  }
}
