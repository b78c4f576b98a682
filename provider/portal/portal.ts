import type { Finding, NodeStatus } from '@tg/api';
import type { ClusterView } from './answer';
import { clusterIn, findingsIn, statusIn } from './answer';
import type { ApiCall, ApiClient } from './client';
import type { TargetDocument } from './document';
import { parseDocument } from './document';
import type { Committed, Snapshot, Store, Written } from './group-commit';
import { GroupCommit } from './group-commit';
import type { Edit } from './group-commit';
import { PortalError, withSignal } from './portal-error';
import { oneLine } from './redact';
import type { ClusterTarget, NodeTarget, Target, TargetNames } from './target';
import { describeTarget, namesOf, readPath } from './target';
import type { WireAnswer } from './transport';

/** Where a target is read and written; `path` is the same for every way to name the same target. */
export interface Place {
  /** Of the node or cluster by its own key: `/node/{uid}` or `/cluster/{fqdn}`. */
  readonly path: string;
  readonly names: TargetNames;
  readonly uid: string | null;
}

/** A target as last read, and its ETag. */
interface Reading {
  readonly document: TargetDocument;
  readonly etag: string | null;
  readonly place: Place;
}

/** A write whose outcome is wanted, and for how long the server may wait for it, in seconds. */
export interface AwaitedWrite {
  readonly version: number;
  readonly nic: string;
  readonly seconds: number;
}

/** The parts of a target's config that are written whole: `PUT …/config/{section}`. */
export type Section = 'network' | 'cluster';

/** A call that is no write of a section. */
export type PlainCall = Pick<ApiCall, 'method' | 'path' | 'body' | 'secrets'>;

/** What became of a write, and where to ask about it. */
export interface Write<T> extends Committed<T> {
  /** The node's uid; null for a cluster. */
  readonly uid: string | null;
}

/**
 * The nodes and clusters behind one provider configuration: reads shared, writes of their configs lossless and merged per target. Every
 * method rejects with PortalError only.
 */
export class Portal {
  private readonly places = new Map<string, Promise<Place>>();
  private readonly commits = new Map<string, GroupCommit>();
  private readonly shared = new Map<string, { readonly at: number; readonly reading: Promise<Reading> }>();
  /** Paths whose last write was answered without a version: that server cannot tell what became of it. */
  private readonly withoutVersion = new Set<string>();
  /** Per target's hosts, whether the credentials belong to the wanted organisation there. */
  private readonly organisations = new Map<string, Promise<void>>();

  constructor(
    private readonly client: ApiClient,
    /** The organisation that the credentials must belong to; undefined: any. */
    private readonly orgId: string | undefined,
  ) {}

  /** The target, or null when the server knows none of that name. May be up to a second old, never older than the last write. */
  async read(target: Target, signal: AbortSignal): Promise<TargetDocument | null> {
    return this.reading(target, signal, () => this.readShared(target, signal));
  }

  /** As {@link read}, asked of the server now. */
  async readFresh(target: Target, signal: AbortSignal): Promise<TargetDocument | null> {
    return this.reading(target, signal, () => this.readNow(target, signal));
  }

  private async reading(
    target: Target,
    signal: AbortSignal,
    read: () => Promise<Reading>,
  ): Promise<TargetDocument | null> {
    await this.checkOrganisation(namesOf(target), signal);
    try {
      return (await read()).document;
    } catch (error) {
      if (error instanceof PortalError && error.kind === 'not-found') return null;
      throw error;
    }
  }

  /** A key of the target, the same for every way to name it. */
  async keyOf(target: Target, signal: AbortSignal): Promise<string> {
    return (await this.locate(target, signal)).path;
  }

  /** The target by its own key. */
  async locate(target: Target, signal: AbortSignal): Promise<Place> {
    await this.checkOrganisation(namesOf(target), signal);
    return this.placeOf(target, signal);
  }

  /** Edits a section of the target's config; see {@link GroupCommit}. */
  async write<T>(target: Target, edit: Edit<T>, signal: AbortSignal, section: Section = 'network'): Promise<Write<T>> {
    const place = await this.locate(target, signal);
    try {
      const committed = await this.commitOf(place, section).submit(edit, signal);
      return { ...committed, uid: place.uid };
    } finally {
      this.shared.clear();
    }
  }

  /**
   * One request as it is. A write of unknown outcome (PortalError `unknown-outcome`) is the caller's to look into: it is never sent twice.
   */
  async call(names: TargetNames, call: PlainCall, signal: AbortSignal): Promise<WireAnswer> {
    await this.checkOrganisation(names, signal);
    try {
      return await this.client.call({ ...call, names, signal });
    } finally {
      if (call.method !== 'GET') this.shared.clear();
    }
  }

  /** The organisation that the credentials belong to; null when the server names none. */
  async organisation(
    names: TargetNames,
  ): Promise<{ readonly uid: string | null; readonly domain: string | null } | null> {
    const path = '/org/mine';
    let answer: WireAnswer;
    try {
      const { signal } = new AbortController();
      answer = await this.client.call({ method: 'GET', path, names, signal, absenceIsAnswer: true });
    } catch (error) {
      if (error instanceof PortalError && error.kind === 'not-found') return null;
      throw error;
    }
    const { uid, domain } = (parseAnswer(answer, path) ?? {}) as { uid?: unknown; domain?: unknown };
    return { uid: typeof uid === 'string' ? uid : null, domain: typeof domain === 'string' ? domain : null };
  }

  /** What the node or cluster says about a network config without storing it, or null when the server has no such question (the portal). */
  async check(target: Target, network: string, signal: AbortSignal): Promise<readonly Finding[] | null> {
    const place = await this.placeOf(target, signal);
    const path = `${place.path}/config/network/check`;
    try {
      const answer = await this.client.call({
        method: 'POST',
        asks: true,
        path,
        names: place.names,
        body: network,
        signal,
      });
      return findingsIn(answer.body, this.client.blot);
    } catch (error) {
      if (hasNoSuchRoute(error)) return null;
      throw error;
    }
  }

  /**
   * The node's or cluster's status, or null when the server has none (the portal). With `write`: once its outcome is known; a server that
   * gave the write a version has a status, so that any other answer is an error then.
   */
  async status(target: Target, signal: AbortSignal, write?: AwaitedWrite): Promise<ConfigStatus | null> {
    const place = await this.placeOf(target, signal);
    if (this.withoutVersion.has(place.path)) return null;
    const query =
      write === undefined ? '' : `?version=${write.version}&nic=${encodeURIComponent(write.nic)}&wait=${write.seconds}`;
    const path = `${place.path}/status${query}`;
    const answerMs = this.client.timing.answer + (write?.seconds ?? 0) * 1000;
    try {
      const answer = await this.client.call({ method: 'GET', path, names: place.names, signal, answerMs });
      const status = statusIn(answer.body, this.client.blot);
      if (status === null && write !== undefined) throw notItsStatus(path, 'the answer is no status');
      return status;
    } catch (error) {
      // Told of a version that it never wrote: another node answers than the one that took the write. Of a cluster that is the other member.
      if (error instanceof PortalError && error.kind === 'refused') {
        if (target.kind === 'cluster')
          throw new PortalError('superseded', error.message, error.sentences, { cause: error });
        throw new PortalError('protocol', `The status of ${path} was refused: ${error.message}`, error.sentences, {
          cause: error,
        });
      }
      if (!hasNoSuchRoute(error)) throw error;
      if (write !== undefined) throw notItsStatus(path, error.message, error);
      return null;
    }
  }

  /** The cluster as a member sees it, or null when the server does not tell (the portal). */
  async cluster(target: ClusterTarget, signal: AbortSignal): Promise<ClusterView | null> {
    const { path, names } = await this.placeOf(target, signal);
    try {
      const answer = await this.client.call({ method: 'GET', path: `${path}/status`, names, signal });
      return clusterIn(parseAnswer(answer, path), this.client.blot);
    } catch (error) {
      if (hasNoSuchRoute(error)) return null;
      throw error;
    }
  }

  /** The cluster that the node reports to be in, null when it is in none; `not-told` by a server without such a status (the portal). */
  async membership(node: NodeTarget, signal: AbortSignal): Promise<ClusterView | null | 'not-told'> {
    const { path, names } = await this.placeOf(node, signal);
    try {
      const answer = await this.client.call({ method: 'GET', path: `${path}/status`, names, signal });
      const status = statusIn(answer.body, this.client.blot);
      return status === null ? 'not-told' : clusterIn(status.cluster, this.client.blot);
    } catch (error) {
      if (hasNoSuchRoute(error)) return 'not-told';
      throw error;
    }
  }

  /** How long one status request waits at the server at most, in seconds. */
  get pollSeconds(): number {
    return this.client.timing.poll / 1000;
  }

  get retryFirst(): number {
    return this.client.timing.retryFirst;
  }

  get retryMost(): number {
    return this.client.timing.retryMost;
  }

  /** Ends every connection. */
  close(): void {
    this.client.close();
  }

  private readShared(target: Target, signal: AbortSignal): Promise<Reading> {
    const path = readPath(target);
    const last = this.shared.get(path);
    if (last !== undefined && Date.now() - last.at < this.client.timing.shareReads)
      return withSignal(last.reading, signal);
    // Nobody's signal ends a read that others may be waiting for; it ends by its own time-out.
    const reading = this.readNow(target, new AbortController().signal);
    const entry = { at: Date.now(), reading };
    this.shared.set(path, entry);
    reading.catch(() => {
      if (this.shared.get(path) === entry) this.shared.delete(path);
    });
    return withSignal(reading, signal);
  }

  private async readNow(target: Target, signal: AbortSignal): Promise<Reading> {
    const reading = await this.readAt(readPath(target), namesOf(target), describeTarget(target), signal);
    this.places.set(readPath(target), Promise.resolve(reading.place));
    for (const section of SECTIONS) {
      this.commitOf(reading.place, section).offer({ text: sectionOf(reading.document, section), etag: reading.etag });
    }
    return reading;
  }

  private async readAt(path: string, names: TargetNames, what: string, signal: AbortSignal): Promise<Reading> {
    const answer = await this.client.call({ method: 'GET', path, names, signal });
    const document = parseDocument(answer.body, what);
    return { document, etag: strongEtag(answer), place: placeFrom(path, names, document, what) };
  }

  /** Found by reading the target where only that tells a node's uid. */
  private placeOf(target: Target, signal: AbortSignal): Promise<Place> {
    const path = readPath(target);
    if (target.kind !== 'node-fqdn') {
      const uid = target.kind === 'node-id' ? target.uid : null;
      return Promise.resolve({ path, names: namesOf(target), uid });
    }
    let place = this.places.get(path);
    if (place === undefined) {
      place = this.readShared(target, signal).then((reading) => reading.place);
      this.places.set(path, place);
      place.catch(() => this.places.delete(path));
    }
    return withSignal(place, signal);
  }

  private commitOf(place: Place, section: Section): GroupCommit {
    const key = commitKey(place, section);
    let commit = this.commits.get(key);
    if (commit === undefined) {
      const name = place.names.node_fqdn ?? place.names.cluster_fqdn ?? place.names.node_id ?? place.path;
      commit = new GroupCommit(this.storeOf(place, section, name), `${section} config of ${name}`);
      this.commits.set(key, commit);
    }
    return commit;
  }

  private storeOf(place: Place, section: Section, name: string): Store {
    return {
      read: async (signal): Promise<Snapshot> => {
        const { document, etag } = await this.readAt(place.path, place.names, name, signal);
        return { text: sectionOf(document, section), etag };
      },
      write: async (text, ifMatch, signal): Promise<Written> => {
        this.shared.clear();
        const answer = await this.client.call({
          method: 'PUT',
          path: `${place.path}/config/${section}`,
          names: place.names,
          body: text,
          signal,
          ...(ifMatch !== null && { ifMatch }),
        });
        const version = Number(answer.headers[CONFIG_VERSION_HEADER] ?? Number.NaN);
        const told = Number.isSafeInteger(version);
        if (told) this.withoutVersion.delete(place.path);
        else if (section === 'network') this.withoutVersion.add(place.path);
        return { version: told ? version : null, etag: strongEtag(answer) };
      },
    };
  }

  /** Once per server, and only when the user named an organisation. */
  private async checkOrganisation(names: TargetNames, signal: AbortSignal): Promise<void> {
    const { orgId } = this;
    if (orgId === undefined) return;
    const hosts = this.client.hostsKey(names);
    let checked = this.organisations.get(hosts);
    if (checked === undefined) {
      checked = this.askOrganisation(orgId, names);
      this.organisations.set(hosts, checked);
      checked.catch(() => this.organisations.delete(hosts));
    }
    await withSignal(checked, signal);
  }

  private async askOrganisation(orgId: string, names: TargetNames): Promise<void> {
    const mine = await this.organisation(names);
    // A daemon need not belong to an organisation; then there is none to compare with.
    if (mine === null) return;
    const { uid } = mine;
    if (uid === null) {
      throw new PortalError(
        'protocol',
        'The answer for /org/mine has no "uid" to compare org_id with. Check api_host.',
      );
    }
    if (uid !== orgId) {
      throw new PortalError(
        'credentials',
        `The credentials belong to organisation ${this.client.blot(oneLine(uid))}, but org_id is ${orgId}. Use the credentials of that organisation, or correct org_id.`,
      );
    }
  }
}

/** What a node's and a cluster's status have in common. */
export type ConfigStatus = Pick<NodeStatus, 'configVersion' | 'interfaces' | 'refusals' | 'outcome' | 'messages'>;

const SECTIONS: readonly Section[] = ['network', 'cluster'];
const commitKey = ({ path }: Place, section: Section): string => `${path}/config/${section}`;
const sectionOf = ({ network, heartbeat }: TargetDocument, section: Section): string =>
  section === 'network' ? network : heartbeat;

/** @private The header names a config version; written out, because importing the API's schemas would cost start-up time. */
const CONFIG_VERSION_HEADER = 'tg-config-version';

/** How servers without a route of ours refuse it; API gateways answer 403 "Missing Authentication Token", or 400. */
const NO_SUCH_ROUTE: readonly number[] = [400, 403, 404, 405, 501];

const hasNoSuchRoute = (error: unknown): error is PortalError =>
  error instanceof PortalError && error.status !== null && NO_SUCH_ROUTE.includes(error.status);

const notItsStatus = (path: string, because: string, cause?: PortalError): PortalError =>
  new PortalError(
    'protocol',
    `The write was taken, but ${path} does not tell what became of it: ${because}. Somebody else may answer at api_host by now.`,
    [],
    { cause },
  );

/** The ETag where a write can be made conditional on it: a weak one says only that two answers mean the same. */
function strongEtag(answer: WireAnswer): string | null {
  const { etag } = answer.headers;
  return etag === undefined || etag.startsWith('W/') ? null : etag;
}

function placeFrom(path: string, names: TargetNames, document: TargetDocument, what: string): Place {
  if (path.startsWith('/cluster/')) return { path, names, uid: null };
  if (document.uid === null) throw new PortalError('protocol', `The answer for ${what} has no "uid". Check api_host.`);
  return {
    path: `/node/${encodeURIComponent(document.uid)}`,
    names: { ...(document.fqdn !== null && { node_fqdn: document.fqdn }), ...names, node_id: document.uid },
    uid: document.uid,
  };
}

function parseAnswer(answer: WireAnswer, path: string): unknown {
  try {
    return JSON.parse(answer.body);
  } catch (error) {
    throw new PortalError('protocol', `The answer for ${path} is not JSON. Check api_host.`, [], { cause: error });
  }
}
