import { ClusterMember } from '../../../node/cluster/member';
import type { MemberRecord } from '../../../node/cluster/ports';
import type { LedgerEntry } from '../../../node/reconciler/ports';
import { Reconciler } from '../../../node/reconciler/reconciler';
import type { ConfigView } from '../config';
import type { Daemon, HostSide, Sut } from '../sut';
import { ConfigFile, authorOn } from './config-file';

const DOCUMENT = 'cluster.json';
const MEMBER = 'member.json';
const LEDGER = 'ledger.json';

/** The daemon as `agent.ts` wires it, without what serves people. */
export const production: Sut = {
  make,
  provision(files, { uids, writes }) {
    // Both begin with the same document, as after a join.
    const by = authorOn(uids[0], null, new Date(0).toISOString());
    let file = ConfigFile.empty();
    for (const uid of uids) file = file.joined(uid, by);
    for (const write of writes) file = file.written(write, by);
    files.write(DOCUMENT, file.toString());
  },
  writeOffline(files, self, write) {
    const record = files.read(MEMBER);
    const term = record === null ? null : (JSON.parse(record) as MemberRecord).term;
    const by = authorOn(self, term, new Date(0).toISOString());
    files.write(DOCUMENT, ConfigFile.of(files.read(DOCUMENT)).written(write, by).toString());
  },
  viewOffline: (files) => ConfigFile.of(files.read(DOCUMENT)).view(),
};

function make(host: HostSide): Daemon {
  const { uid, boot, clock, ec2, os, link } = host;
  let durable = ConfigFile.empty();
  let desiredVersion = 0;
  let followed = '';
  let confirmedHere: LedgerEntry[] = [];
  const confirmedThere = new Map<string, { address: string; nic: string }>();
  const listeners = new Set<() => void>();
  // The API is not served before the document is there.
  let begin: () => void;
  let last = new Promise<void>((resolve) => (begin = resolve));

  const reconciler = new Reconciler({
    ec2,
    os,
    ledger: {
      async load() {
        const text = await host.read(LEDGER);
        confirmedHere = text === null ? [] : (JSON.parse(text) as LedgerEntry[]);
        return structuredClone(confirmedHere);
      },
      async save(entries) {
        await host.write(LEDGER, JSON.stringify(entries));
        confirmedHere = [...entries];
        member.poke();
      },
    },
    clock,
    nics: host.nics,
    memberEnis: () => new Set(['eni-a1', 'eni-a2', 'eni-b1', 'eni-b2']),
    onEvent: (event) => host.onReconciler(event),
  });

  const view = (): ConfigView => durable.view();
  const follow = () => {
    const { addresses } = view();
    const wanted = Object.entries(addresses).map(([nic, address]) => ({
      nic,
      address,
      confirmed: confirmedThere.has(`${nic}|${address}`),
    }));
    const text = JSON.stringify(wanted);
    if (text === followed) return;
    followed = text;
    desiredVersion += 1;
    reconciler.setDesired({ version: desiredVersion, addresses: wanted });
  };
  /** Changes the document, one change after the other; resolves when it is durable and in force. */
  const change = (edit: (before: ConfigFile) => ConfigFile): Promise<void> => {
    const done = last.then(async () => {
      const after = edit(durable);
      await host.write(DOCUMENT, after.toString());
      durable = after;
      follow();
      for (const listener of listeners) listener();
    });
    last = done.catch(() => undefined);
    return done;
  };

  const member = new ClusterMember({
    self: uid,
    boot,
    clock,
    link: {
      send: (message) => link.send(message),
      onMessage: (listener) =>
        link.onMessage((message) => {
          if (
            message.type === 'heartbeat' &&
            message.confirmed.some((one) => !confirmedThere.has(`${one.nic}|${one.address}`))
          ) {
            for (const one of message.confirmed) confirmedThere.set(`${one.nic}|${one.address}`, one);
            follow();
          }
          listener(message);
        }),
    },
    disk: {
      async load() {
        const text = await host.read(MEMBER);
        return text === null ? null : (JSON.parse(text) as MemberRecord);
      },
      save: (record) => host.write(MEMBER, JSON.stringify(record)),
    },
    holder: reconciler,
    document: {
      view: () => durable.clusterView(),
      version: () => durable.document.version,
      export: () => JSON.parse(durable.toString()) as unknown,
      merge: (theirs) => change((before) => before.merged(theirs)),
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    report: {
      fitness: () => ({ enabled: view().enabled[uid] !== false, healthy: host.isLinkUp(), ec2: true, problems: [] }),
      applied: () => ({}),
      confirmed: () =>
        confirmedHere.filter(({ state }) => state === 'confirmed').map(({ address, nic }) => ({ address, nic })),
      enis: () => ({}),
      addresses: () => [],
    },
    onEvent: (event) => {
      if (event.type === 'phase') host.onPhase(event.from, event.to, event.why);
      if (event.type === 'log') host.say(() => `logs: ${event.message}`);
    },
  });
  return {
    async start() {
      const text = await host.read(DOCUMENT);
      durable = ConfigFile.of(text);
      begin();
      await reconciler.start();
      follow();
      await member.start();
    },
    write: (one, taken) =>
      change((before) => {
        taken(before.view());
        return before.written(one, authorOn(uid, member.status().term, clock.wall()));
      }),
    async stop() {
      const gone = await member.stop({ handOver: true });
      await reconciler.stop(gone ? 'keep' : 'release');
    },
    poke: () => member.poke(),
    wake: () => reconciler.wake(),
    config: view,
    phase: () => member.status().phase,
    term: () => member.status().term,
  };
}
