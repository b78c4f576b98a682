import { longestGap } from '../attempts';
import type { Attempt } from '../clients/event';
import type { LabEvent } from '../events';
import { CLUSTER_IP, GATEWAYS, type GatewayName } from '../network/plan';

/** What a bar stands for; the picture gives each a colour. */
export type BarKind = GatewayName | 'role' | 'call' | 'look' | 'gap' | 'behind';

/** A stretch of a lane; milliseconds from the fault. */
export interface Bar {
  from: number;
  to: number;
  kind: BarKind;
  text?: string;
}

/** One line of the picture. */
export interface Lane {
  group: string;
  label: string;
  bars: Bar[];
}

/** A failover as it went, milliseconds from the fault. */
export interface Timeline {
  title: string;
  from: number;
  to: number;
  faults: { at: number; text: string }[];
  lanes: Lane[];
}

/** What happened in a run, and which part of it to show. */
export interface Run {
  title: string;
  events: readonly LabEvent[];
  attempts: ReadonlyMap<string, readonly Attempt[]>;
  fault: number;
  from: number;
  to: number;
}

/** Lays what was recorded out in lanes: per gateway role, ENI, NIC and EC2 calls; per client by whom it was served. */
export function timelineOf(run: Run): Timeline {
  const shift = (bars: Bar[]) =>
    bars
      .map((bar) => ({ ...bar, from: bar.from - run.fault, to: bar.to - run.fault }))
      .filter(({ from, to }) => to >= run.from && from <= run.to)
      .map((bar) => ({ ...bar, from: Math.max(bar.from, run.from), to: Math.min(bar.to, run.to) }));
  const lane = (group: string, label: string, bars: Bar[]): Lane => ({ group, label, bars: shift(bars) });
  const end = run.fault + run.to;
  const lanes = GATEWAYS.flatMap((gateway) => {
    const own = run.events.filter((event) => 'gateway' in event && event.gateway === gateway);
    return [
      lane(
        `gw-${gateway}`,
        'role',
        spells(own, end, ({ kind }) => kind === 'role', roleBar),
      ),
      lane(
        `gw-${gateway}`,
        `ENI has ${CLUSTER_IP}`,
        spells(
          own,
          end,
          ({ kind }) => kind === 'eni',
          (event) => (event.kind === 'eni' && event.addresses.includes(CLUSTER_IP) ? { kind: gateway } : null),
        ),
      ),
      lane(
        `gw-${gateway}`,
        'bound on its NIC',
        spells(own, end, isOfClusterIp, (event) => (event.kind === 'nic' && event.bound ? { kind: gateway } : null)),
      ),
      lane(`gw-${gateway}`, 'calls to EC2', own.flatMap(callBar)),
    ];
  });
  const served = (client: string) => servedBars(run.attempts.get(client) ?? [], run.fault + run.from, end);
  lanes.push(
    lane('LAN host', 'new connections', served('connect')),
    lane('LAN host', 'through the gateway', served('routed')),
    ...(['chat', 'idle', 'listener'] as const).map((client) =>
      lane('LAN host', SESSION_LABELS[client], sessionBars(run.events, client, end)),
    ),
  );
  const faults = run.events.flatMap((event) =>
    event.kind === 'fault' && event.at - run.fault <= run.to ? [{ at: event.at - run.fault, text: event.text }] : [],
  );
  return { title: run.title, from: run.from, to: run.to, faults, lanes };
}

const SESSION_LABELS = {
  chat: 'session that speaks',
  idle: 'session that listens',
  listener: 'the same, reconnecting',
};

const isOfClusterIp = (event: LabEvent) => event.kind === 'nic' && event.address === CLUSTER_IP;

const roleBar = (event: LabEvent) =>
  event.kind === 'role' && event.role !== '' ? { kind: 'role' as const, text: event.role } : null;

/** Only calls that change something are named: looks come and go. */
const callBar = (event: LabEvent): Bar[] => {
  if (event.kind !== 'call') return [];
  const { action, began, at } = event;
  if (action.startsWith('Describe')) return [{ from: began, to: at, kind: 'look' }];
  return [{ from: began, to: at, kind: 'call', text: action.replace('PrivateIpAddresses', '') }];
};

/** Bars from each event that concerns a lane to the next. */
function spells(
  events: readonly LabEvent[],
  end: number,
  concerns: (event: LabEvent) => boolean,
  bar: (event: LabEvent) => Pick<Bar, 'kind' | 'text'> | null,
): Bar[] {
  const own = events.filter(concerns);
  return own.flatMap((event, i) => {
    const look = bar(event);
    return look ? [{ ...look, from: event.at, to: own[i + 1]?.at ?? end }] : [];
  });
}

/** Bars of whoever answered, one after the other, and the longest gap with its length. */
function servedBars(attempts: readonly Attempt[], from: number, to: number): Bar[] {
  const good = attempts.filter((one) => one.by !== null && one.began >= from && one.ended <= to);
  good.sort((a, b) => a.ended - b.ended);
  const gap = longestGap(good, good[0]?.ended ?? from, good.at(-1)?.began ?? to);
  const bars: Bar[] = [];
  for (const { by, began, ended } of good) {
    const last = bars.at(-1);
    if (last?.kind === by && ended - last.to < Math.min(gap.ms, 100)) last.to = Math.max(last.to, ended);
    else bars.push({ from: last ? Math.max(began, last.to) : began, to: ended, kind: by as BarKind });
  }
  return [...bars, { from: gap.from, to: gap.to, kind: 'gap', text: `${Math.round(gap.ms)} ms` }];
}

function sessionBars(events: readonly LabEvent[], client: string, end: number): Bar[] {
  const own = events.filter((event) => event.kind === 'session' && event.client === client && event.what !== 'data');
  return own.flatMap((event, i) =>
    event.kind === 'session' && event.what === 'open'
      ? [{ from: event.at, to: own[i + 1]?.at ?? end, kind: event.detail as BarKind }]
      : [],
  );
}
