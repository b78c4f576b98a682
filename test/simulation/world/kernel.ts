import type { Binding, BoundAddress } from '../../../node/reconciler/ports';
import type { Random } from './random';
import type { Event, Scheduler } from './scheduler';

interface Entry {
  readonly address: string;
  readonly device: string;
  readonly label: string;
  prefixLength: number;
  /** When its lifetime was last set, and when it ends; null: never. */
  renewedAt: number;
  expiresAt: number | null;
  alarm: Event | null;
}

/** How much later than its nominal second the kernel was seen to drop an address, at most. */
export const EXPIRY_LAG_MS = 1100;

const keyOf = (device: string, address: string): string => `${device}|${address}`;

/** The addresses of one machine's NICs. They outlive processes, not reboots. */
export class Kernel {
  private entries = new Map<string, Entry>();
  private listeners = new Set<() => void>();
  /** Something is bound that was not, or the other way round. */
  onChange: () => void = () => undefined;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
  ) {}

  /** What stays through a reboot: the NIC's own addresses and whatever else the machine's configuration binds. */
  addPermanent(address: string, device: string, prefixLength: number): void {
    this.set({ address, device, label: device, prefixLength, renewedAt: 0, expiresAt: null, alarm: null });
  }

  bind({ address, device, lifetimeSeconds }: Binding): void {
    const { now } = this.scheduler;
    const expiresAt = Number.isFinite(lifetimeSeconds)
      ? now + lifetimeSeconds * 1000 + this.random.between(0, EXPIRY_LAG_MS)
      : null;
    const key = keyOf(device, address);
    const there = this.entries.get(key);
    if (there !== undefined) {
      there.renewedAt = now;
      there.expiresAt = expiresAt;
      if (there.alarm === null) this.arm(key, there);
      return;
    }
    this.set({ address, device, label: `${device}:cip`, prefixLength: 32, renewedAt: now, expiresAt, alarm: null });
    this.changed();
  }

  unbind(address: string, device: string): void {
    const entry = this.entries.get(keyOf(device, address));
    if (entry === undefined) return;
    this.scheduler.cancel(entry.alarm);
    this.entries.delete(keyOf(device, address));
    this.changed();
  }

  list(): BoundAddress[] {
    return [...this.entries.values()].map(({ address, device, label, prefixLength, expiresAt }) => ({
      address,
      device,
      label,
      prefixLength,
      validSeconds: expiresAt === null ? null : Math.max(0, Math.ceil((expiresAt - this.scheduler.now) / 1000)),
    }));
  }

  /** Everything that is bound, without a copy. */
  bound(): IterableIterator<Readonly<Entry>> {
    return this.entries.values();
  }

  isBound(address: string, device: string): boolean {
    return this.entries.has(keyOf(device, address));
  }

  reboot(): void {
    for (const entry of this.entries.values()) this.scheduler.cancel(entry.alarm);
    const permanent = [...this.entries].filter(([, entry]) => entry.expiresAt === null && entry.label === entry.device);
    this.entries = new Map(permanent);
    this.listeners.clear();
    this.onChange();
  }

  watch(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private set(entry: Entry): void {
    const key = keyOf(entry.device, entry.address);
    this.entries.set(key, entry);
    this.arm(key, entry);
  }

  /** One alarm per address: what was renewed meanwhile is looked at again when its new lifetime ends. */
  private arm(key: string, entry: Entry): void {
    if (entry.expiresAt === null) return;
    entry.alarm = this.scheduler.at(entry.expiresAt, () => {
      entry.alarm = null;
      if (entry.expiresAt === null) return;
      if (entry.expiresAt > this.scheduler.now) {
        this.arm(key, entry);
        return;
      }
      this.entries.delete(key);
      this.changed();
    });
  }

  private changed(): void {
    this.onChange();
    for (const listener of this.listeners) listener();
  }
}
