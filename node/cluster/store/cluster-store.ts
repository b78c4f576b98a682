import { createHash } from 'node:crypto';
import type { NetworkConfig, Refusal } from '@tg/api';
import { type ClusterAwareStore, type ConfigStore, type StoredConfig, StoreError } from '../../store/config-store';
import { ifMatchHolds } from '../../store/etag';
import type { JsonFile } from '../../store/json-file';
import { type Author, authorName } from '../document/author';
import { type Conflict, conflicts } from '../document/conflicts';
import { type Change, type ClusterDocument, emptyDocument } from '../document/document';
import { interfaceField, refusalField } from '../document/fields';
import { sameJson } from '../document/json';
import { merge, registersOf } from '../document/merge';
import { diff, networkOf } from '../document/network';
import { parseDocument, Refused } from '../document/parse';
import { originOf } from '../document/rank';
import { MAX_MEMBERS, resolve } from '../document/resolve';
import { covers, type Dot, sameDot } from '../document/version';
import { clusterView, type DocumentMember, memberChanges, removalChanges } from '../document/view';
import { clearConflict, write } from '../document/write';
import type { VersionVector } from '../message';
import type { ClusterView, DocumentPort } from '../ports';
import type { Term } from '../term';
import type { StoredCluster } from './cluster-file';
import { addressesOf, clusterPartOf, overlay } from './overlay';

/** What a {@link ClusterStore} is made of. */
export interface ClusterStoreOptions {
  /** Of this node. */
  uid: string;
  file: Pick<JsonFile<StoredCluster>, 'load' | 'save'>;
  /** The node's own config store. Whoever wrote to it before writes to `ClusterStore.config` instead. */
  config: ClusterAwareStore;
  /** The highest term in effect that this node knows of. */
  term: () => Term | null;
  /**
   * The document that is in force at the member which holds the addresses, as it says; empty when nobody is heard to
   * hold them. Null: this node holds them, or is in no cluster.
   */
  holderApplied: () => VersionVector | null;
  /** Whether the reconciler has the NIC as its config wants it, right now. */
  inPlace: (nic: string) => boolean;
  /** RFC 3339. */
  wall: () => string;
}

/** A request about the cluster that cannot be granted as things are; `message` is a sentence for a 422. */
export class ClusterRefusal extends Error {
  override readonly name = 'ClusterRefusal';
}

type Doc = ClusterDocument;

/**
 * The cluster's document and the node's config as one: every write goes to both, durably, before it resolves, and a crash
 * between the two files is made good at the next start. Without a document it is the node's config alone.
 *
 * Each method that changes something does one change at a time and rejects with a StoreError having changed nothing.
 */
export class ClusterStore {
  /** The node's config with the cluster's part in it: for the API, the reconciler, everybody. */
  readonly config: ConfigStore;
  /** The replicated document. Its methods throw while there is none. */
  readonly port: DocumentPort;
  private last: Promise<unknown> = Promise.resolve();
  private readonly listeners = new Set<() => void>();
  private readonly configListeners = new Set<(config: StoredConfig) => void>();
  /** NICs that the reconciler reported applied, with the version, before it was in force in the cluster. */
  private readonly ready = new Map<string, number>();

  /** Opens the store and makes good what a crash left undone. Rejects with a StoreError `corrupt` on a damaged file. */
  static async open(options: ClusterStoreOptions): Promise<ClusterStore> {
    const stored = await options.file.load();
    const store = new ClusterStore(options, stored?.mark ?? null, (stored?.document ?? null) as Doc | null);
    if (store.document !== null || options.config.clusterPart() !== null) await store.adopt(store.document);
    return store;
  }

  private constructor(
    private readonly options: ClusterStoreOptions,
    private mark: string | null,
    private document: Doc | null,
  ) {
    this.config = this.configStore();
    this.port = this.documentPort();
  }

  /** The document; null: this node has none. */
  current(): Doc | null {
    return this.document;
  }

  /** The cluster that this node is a member of by its document; null: of none. */
  memberOf(): string | null {
    return this.partOf(this.document) === null ? null : this.existing().fqdn;
  }

  /** A strong HTTP entity tag of the document, quotes included. */
  etag(): string {
    const { fqdn, version } = this.existing();
    return `"${createHash('sha256')
      .update(JSON.stringify([fqdn, Object.entries(version).sort()]))
      .digest('hex')
      .slice(0, 24)}"`;
  }

  /** Throws the StoreError `precondition` when an If-Match header does not name the document's tag. */
  expect(ifMatch: string | undefined): void {
    const etag = this.etag();
    if (ifMatch === undefined || ifMatchHolds(ifMatch, etag)) return;
    throw new StoreError(
      'precondition',
      `the cluster's config has changed: its ETag is now ${etag}, not ${ifMatch}. Read it again and repeat the change.`,
    );
  }

  /** What gave way to writes that were made apart, and that nobody has cleared. */
  conflicts(): Conflict[] {
    return this.document === null ? [] : conflicts(this.document);
  }

  /** Begins a cluster without members. Rejects with a {@link ClusterRefusal} when this node has one. */
  create(fqdn: string, changes: readonly Change[] = []): Promise<void> {
    return this.change((now) => {
      if (now !== null)
        throw new ClusterRefusal(`this node already has the cluster ${now.fqdn}; a node has one at most.`);
      const begun = emptyDocument(fqdn);
      return changes.length === 0 ? begun : this.written(begun, changes);
    });
  }

  /**
   * Makes this node a member, of a new document unless it has one of this cluster. Cluster IPs of its own become the
   * cluster's; where the cluster has another one for that NIC, that one stays, and the node's is listed as a conflict.
   */
  join(fqdn: string, self: Omit<DocumentMember, 'uid'>): Promise<void> {
    return this.change((now) => {
      if (now !== null && now.fqdn !== fqdn) {
        throw new ClusterRefusal(`this node is in the cluster ${now.fqdn}; take it out first, then into ${fqdn}.`);
      }
      const begun = now ?? emptyDocument(fqdn);
      const { members } = resolve(begun);
      const joined = this.written(begun, memberChanges(begun, { uid: this.options.uid, ...self }));
      if (members.includes(this.options.uid)) return joined;
      if (members.length >= MAX_MEMBERS) {
        throw new ClusterRefusal(
          `cluster ${fqdn} has two members already (${members.join(' and ')}), and a cluster is a pair; take one of them out first.`,
        );
      }
      return this.withBrought(joined);
    });
  }

  /** With the node's own cluster IPs, as writes that have seen nothing of the cluster. */
  private withBrought(joined: Doc): Doc {
    const own = diff({}, addressesOf(this.options.config.current().config));
    if (own.length === 0) return joined;
    const by = this.author();
    return merge(joined, write(emptyDocument(joined.fqdn), { ...by, name: `${by.name}b` }, own, true));
  }

  /** Changes what the document says of this node. Does nothing while it is no member. */
  describeSelf(self: Omit<DocumentMember, 'uid'>): Promise<void> {
    return this.changeExisting((now) => {
      const { uid } = this.options;
      return resolve(now).members.includes(uid) ? this.written(now, memberChanges(now, { uid, ...self })) : now;
    });
  }

  /** Takes a member out. This node too: what was the cluster's is then gone from its config. */
  removeMember(uid: string): Promise<void> {
    return this.changeExisting((now) => this.written(now, removalChanges(now, uid)));
  }

  /** Forgets the document; what is the cluster's goes from the node's config. */
  forget(): Promise<void> {
    return this.change(() => null);
  }

  /** Changes settings of the cluster (`ClusterSettings`, or `active`); what is named is written even if it is the same. */
  set(changes: readonly Change[], ifMatch?: string): Promise<void> {
    return this.changeExisting((now) => {
      this.expect(ifMatch);
      return this.written(now, changes);
    });
  }

  /** Replaces the cluster's network config whole; resolves to the node's config with it. */
  async putNetwork(network: NetworkConfig, ifMatch?: string): Promise<StoredConfig> {
    await this.changeExisting((now) => {
      this.expect(ifMatch);
      return this.written(now, diff(networkOf(now), network));
    });
    return this.config.current();
  }

  /** Resolves to false when there is no such conflict. */
  async clear(id: string): Promise<boolean> {
    let found = false;
    await this.changeExisting((now) => {
      const cleared = clearConflict(now, this.author(), id);
      found = cleared !== null;
      return cleared ?? now;
    });
    return found;
  }

  /** Calls `listener` after every change of the document; returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Which writes of the document are in force at ENI and NIC here: for heartbeats of a member that holds. */
  applied(): VersionVector {
    const document = this.document;
    if (document === null) return {};
    const applied = { ...document.version };
    for (const nic of this.options.config.current().pending.keys()) {
      for (const [author, number] of newestOf(dotsOf(document, nic))) {
        applied[author] = Math.min(applied[author] ?? 0, number - 1);
      }
    }
    return applied;
  }

  /**
   * Confirms what has come into force in the cluster since: to be called when the holder, or what it has applied, may
   * have changed.
   */
  async review(): Promise<void> {
    const applied = this.options.holderApplied();
    for (const [nic, version] of this.options.config.current().pending) {
      const isInForce =
        applied === null ? this.ready.get(nic) === version && this.options.inPlace(nic) : this.hasApplied(applied, nic);
      if (!isInForce) continue;
      this.ready.delete(nic);
      await this.run(() => this.options.config.confirm(nic, version));
    }
  }

  private hasApplied(applied: VersionVector, nic: string): boolean {
    const dots = this.document === null ? [] : dotsOf(this.document, nic);
    return dots.every((dot) => covers(applied, dot));
  }

  private existing(): Doc {
    if (this.document === null) throw new ClusterRefusal('this node is in no cluster.');
    return this.document;
  }

  private author(): Author {
    const { uid, term, wall } = this.options;
    const at = wall();
    this.mark ??= Math.max(0, Date.parse(at)).toString(36);
    return { name: authorName(uid, this.mark), term: term(), at };
  }

  private written(now: Doc, changes: readonly Change[]): Doc {
    return write(now, this.author(), changes);
  }

  private changeExisting(next: (now: Doc) => Doc): Promise<void> {
    return this.change(() => next(this.existing()));
  }

  private change(next: (now: Doc | null) => Doc | null): Promise<void> {
    return this.run(async () => {
      if (this.document === null) this.mark = null; // a document begun anew is written under a new name
      const wanted = next(this.document);
      if (wanted !== this.document) await this.replace(wanted, () => this.adopt(wanted));
    });
  }

  /** Saves the document, has the config follow, and only then lets the document be seen. */
  private async replace(wanted: Doc | null, follow: () => Promise<void>): Promise<void> {
    const { file } = this.options;
    const before = this.document;
    await file.save(this.stored(wanted));
    try {
      await follow();
    } catch (error) {
      // What cannot be undone either is made good at the next start; until then the old document counts.
      await file.save(this.stored(before)).catch(() => undefined);
      throw error;
    }
    this.document = wanted;
    for (const listener of this.listeners) listener();
  }

  private stored(document: Doc | null): StoredCluster {
    const { uid } = this.options;
    const mark = this.mark ?? authorMark(this.author(), uid);
    return { format: 1, mark, document: document as StoredCluster['document'] };
  }

  /** Makes the node's config say what the document says. */
  private async adopt(document: Doc | null): Promise<void> {
    const { config } = this.options;
    const is = this.partOf(document);
    if (document !== null && is !== null) await this.adoptRefusals(document, is);
    const was = config.clusterPart();
    if (was === null ? is === null : is !== null && sameJson(was as never, is as never)) return;
    await config.putWithCluster(overlay(config.current().config, was, is ?? {}), is);
  }

  /** What of the document counts at this node; null: this node is no member. */
  private partOf(document: Doc | null): NetworkConfig | null {
    if (document === null || !resolve(document).members.includes(this.options.uid)) return null;
    return networkOf(document);
  }

  /** What the holder put back because AWS refused it is put back here for the same reason, so that its writer hears it. */
  private async adoptRefusals(document: Doc, is: NetworkConfig): Promise<void> {
    const { config } = this.options;
    for (const [nic, version] of config.current().pending) {
      const refused = refusalOf(document, nic);
      if (refused === null) continue;
      const { address, code, message } = refused;
      const wanted = (network: NetworkConfig) => network.interfaces?.find((entry) => entry.nic === nic)?.clusterIP;
      if (wanted(config.current().config) !== address || wanted(is) === address) continue;
      await config.revertWithCluster({ nic, version, address, code, message }, config.clusterPart() ?? {});
    }
  }

  private documentPort(): DocumentPort {
    return {
      view: (): ClusterView => clusterView(this.existing()),
      version: () => this.existing().version,
      export: () => this.existing(),
      merge: (theirs) =>
        this.changeExisting((now) => {
          const merged = merge(now, parseDocument(theirs, "the peer's"));
          return sameJson(merged as never, now as never) ? now : merged;
        }),
      onChange: (listener) => this.onChange(listener),
    };
  }

  private configStore(): ConfigStore {
    const { config } = this.options;
    return {
      current: () => config.current(),
      expect: (ifMatch) => config.expect(ifMatch),
      put: (network, ifMatch) => this.run(() => this.putNodeNetwork(network, ifMatch)),
      confirm: (nic, version) => this.run(() => this.confirm(nic, version)),
      revert: (refusal) => this.run(() => this.revert(refusal)),
      outcome: (version, nic) => config.outcome(version, nic),
      onChange: (listener) => {
        this.configListeners.add(listener);
        return () => void this.configListeners.delete(listener);
      },
    };
  }

  private async putNodeNetwork(network: NetworkConfig, ifMatch: string | undefined): Promise<StoredConfig> {
    const { config } = this.options;
    config.expect(ifMatch);
    const was = config.clusterPart();
    const now = this.document;
    if (now === null || was === null || !resolve(now).members.includes(this.options.uid)) {
      return config.put(network, ifMatch);
    }
    const wanted = this.written(now, diff(networkOf(now), clusterPartOf(network, networkOf(now))));
    const is = networkOf(wanted);
    const put = async () => {
      const next = overlay(network, was, is);
      // A write is a version of its own, even when it changes nothing.
      if (sameJson(next as never, config.current().config as never)) await config.put(next);
      await config.putWithCluster(next, is);
    };
    if (wanted === now) await put();
    else await this.replace(wanted, put);
    return config.current();
  }

  private async confirm(nic: string, version: number): Promise<void> {
    const { config, holderApplied } = this.options;
    const applied = holderApplied();
    if (applied === null || this.hasApplied(applied, nic)) {
      this.ready.delete(nic);
      await config.confirm(nic, version);
    } else this.ready.set(nic, version);
  }

  private async revert(refusal: Omit<Refusal, 'at'>): Promise<boolean> {
    const { config, wall } = this.options;
    const now = this.document;
    const reverted = config.reverted(refusal);
    if (reverted === null) return false;
    if (now === null || config.clusterPart() === null) return config.revert(refusal);
    const before = networkOf(now);
    const { nic, address, code, message } = refusal;
    const refused: Refused = { address: address ?? '', at: wall(), code, message };
    const changes = [...diff(before, clusterPartOf(reverted, before)), { field: refusalField(nic), value: refused }];
    const wanted = this.written(now, changes);
    await this.replace(wanted, async () => {
      const is = networkOf(wanted);
      await config.revertWithCluster(refusal, is);
      const next = overlay(config.current().config, is, is);
      if (!sameJson(next as never, config.current().config as never)) await config.putWithCluster(next, is);
    });
    return true;
  }

  /** One change at a time; those who follow the config hear of each when it is whole. */
  private run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(async () => {
      const before = this.options.config.current();
      try {
        return await work();
      } finally {
        const after = this.options.config.current();
        if (after !== before) for (const listener of this.configListeners) listener(after);
      }
    });
    this.last = done.catch(() => undefined);
    return done;
  }
}

const authorMark = ({ name }: Author, uid: string): string => name.slice(uid.length + 1);

/** Every write of a NIC's entry that this copy has. */
function dotsOf(document: Doc, nic: string): Dot[] {
  const entry = interfaceField(nic);
  return Object.keys(document.fields)
    .filter((field) => field === entry || field.startsWith(`${entry}/`))
    .flatMap((field) => registersOf(document, field).map(({ dot }) => dot));
}

function newestOf(dots: readonly Dot[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const [author, number] of dots) newest.set(author, Math.max(newest.get(author) ?? 0, number));
  return newest;
}

/** The refusal that the NIC's address in force, or its absence, comes from; null when that was decided otherwise. */
function refusalOf(document: Doc, nic: string): Refused | null {
  const { winners, inForce } = resolve(document);
  const refusal = winners.get(refusalField(nic));
  const decided = winners.get(interfaceField(nic, 'clusterIP')) ?? winners.get(interfaceField(nic));
  if (refusal === undefined || decided === undefined || !sameDot(originOf(decided), originOf(refusal))) return null;
  const parsed = Refused.safeParse(inForce.get(refusalField(nic)));
  return parsed.success ? parsed.data : null;
}
