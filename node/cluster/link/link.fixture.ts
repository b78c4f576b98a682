import type { Problem } from '@tg/api';
import type { Heartbeat, Message } from '../message';
import { createSystemClock } from '../../system-clock';
import { makeClusterKey } from './cluster-key';
import { credentialsFromKey } from './credentials';
import { createLink } from './link';
import type { Link, LinkOptions, LinkPeer, Member } from './types';

export const CLUSTER = 'gw.example.com';
export const A: Member = { uid: 'uid-a', fqdn: 'gw-a.example.com' };
export const B: Member = { uid: 'uid-b', fqdn: 'gw-b.example.com' };
export const KEY = makeClusterKey();

export const clock = createSystemClock();

/** A link under test, with what it told. */
export interface TestLink {
  link: Link;
  port: number;
  member: Member;
  messages: Message[];
  problems: Problem[];
  gone: Problem[];
  logs: { level: string; message: string }[];
  /** Resolves when `condition` holds; it is asked after each event of the link, and now and then. */
  until(condition: () => boolean): Promise<void>;
  /** The sentence of that problem, once there is one. */
  problem(code: string): Promise<string>;
  /** Sends heartbeats as a member does, until the test ends. */
  beat(everyMs?: number): void;
  close(): Promise<void>;
}

const running = new Set<TestLink>();

/** Closes every link that a test has opened. */
export async function closeLinks(): Promise<void> {
  await Promise.all([...running].map((one) => one.close()));
}

/** Where that link listens. */
export const addressOf = ({ port }: TestLink): LinkPeer => ({ host: '127.0.0.1', port });

/** Opens a link on a free port of the loopback, with the key of all tests. */
export async function openLink(member: Member, options: Partial<LinkOptions> = {}): Promise<TestLink> {
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of [...waiting]) check();
  };
  const messages: Message[] = [];
  const problems: Problem[] = [];
  const gone: Problem[] = [];
  const logs: { level: string; message: string }[] = [];
  const beats: NodeJS.Timeout[] = [];
  const cluster = options.cluster ?? CLUSTER;
  const link = await createLink({
    self: member,
    cluster,
    credentials: credentialsFromKey(KEY, cluster, member),
    listen: { host: '127.0.0.1', port: 0 },
    peer: () => null,
    admits: () => true,
    interval: () => 40,
    serve: () => new Response(null, { status: 404 }),
    clock,
    ...options,
    limits: { refusedAgainMs: 100, ...options.limits },
    onPeer: (peer) => {
      options.onPeer?.(peer);
      changed();
    },
    onConnected: changed,
    onProblem: (problem) => {
      problems.push(problem);
      changed();
    },
    onProblemGone: (problem) => {
      gone.push(problem);
      changed();
    },
    log: (level, message) => {
      logs.push({ level, message });
      changed();
    },
  });
  link.onMessage((message) => {
    messages.push(message);
    changed();
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!condition()) return;
        clearInterval(poll);
        waiting.delete(check);
        resolve();
      };
      const poll = setInterval(check, 10);
      waiting.add(check);
      check();
    });
  let seq = 0;
  const test: TestLink = {
    link,
    port: link.listening()?.port ?? 0,
    member,
    messages,
    problems,
    gone,
    logs,
    until,
    async problem(code) {
      const find = () => link.problems().find((one) => one.code === code);
      await until(() => find() !== undefined);
      return find()?.message ?? '';
    },
    beat: (everyMs = 20) => void beats.push(setInterval(() => link.send(heartbeat(member, seq++)), everyMs)),
    async close() {
      for (const timer of beats) clearInterval(timer);
      running.delete(test);
      await link.close();
    },
  };
  running.add(test);
  return test;
}

/** Two links that know each other's address, connected both ways. */
export async function openPair(
  a: Partial<LinkOptions> = {},
  b: Partial<LinkOptions> = {},
): Promise<{ a: TestLink; b: TestLink }> {
  const found: { a: LinkPeer | null } = { a: null };
  const second = await openLink(B, { peer: () => found.a, ...b });
  const first = await openLink(A, { peer: () => addressOf(second), ...a });
  found.a = addressOf(first);
  await second.link.reconfigure({});
  await both(first);
  await both(second);
  return { a: first, b: second };
}

/** A connection each way is ready. */
export const both = (one: TestLink): Promise<void> => one.until(() => one.link.connections().length === 2);

export function heartbeat(from: Member, seq: number, boot = 'boot-1'): Heartbeat {
  return {
    type: 'heartbeat',
    from: from.uid,
    boot,
    seq,
    phase: 'standby',
    term: null,
    holds: false,
    claim: null,
    released: false,
    yields: null,
    fitness: { enabled: true, healthy: true, ec2: true, problems: [] },
    heard: null,
    document: { [from.uid]: seq },
    applied: {},
    confirmed: [],
    enis: {},
    addresses: [],
  };
}
