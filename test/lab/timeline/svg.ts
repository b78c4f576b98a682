import type { Bar, BarKind, Lane, Timeline } from './timeline';

const WIDTH = 960;
const LEFT = 210;
const RIGHT = WIDTH - 20;
const LANE = 20;
const GROUP_GAP = 8;
const HEAD = 62;
const FOOT = 34;

const COLOURS: Readonly<Record<BarKind, string>> = {
  a: '#6b4fbb',
  b: '#2b7a4b',
  behind: '#7a8794',
  role: '#dfe3e8',
  call: '#b36b12',
  look: '#e8cfa8',
  gap: '#c62828',
};

/** Draws timelines below each other: one picture, readable on light and dark pages. */
export function drawSvg(timelines: readonly Timeline[], footnote: string): string {
  const heights = timelines.map(({ lanes }) => HEAD + heightOf(lanes) + FOOT);
  const height = heights.reduce((sum, one) => sum + one, 0) + 46;
  let top = 0;
  const parts = timelines.map((timeline, i) => {
    const part = `  <g transform="translate(0 ${top})">\n${drawTimeline(timeline)}\n  </g>`;
    top += heights[i]!;
    return part;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="ui-sans-serif, Helvetica, Arial, sans-serif" font-size="12">`,
    '  <title>A hand-over and a takeover, as measured</title>',
    `  <rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...parts,
    ...legend(top + 8),
    `  <text x="20" y="${top + 36}" fill="#555" font-size="11">${escape(footnote)}</text>`,
    '</svg>',
  ].join('\n')}\n`;
}

function heightOf(lanes: readonly Lane[]): number {
  const groups = new Set(lanes.map(({ group }) => group)).size;
  return lanes.length * LANE + groups * GROUP_GAP;
}

function drawTimeline({ title, from, to, faults, lanes }: Timeline): string {
  const x = (ms: number) => round(LEFT + ((ms - from) / (to - from)) * (RIGHT - LEFT));
  const bottom = HEAD + heightOf(lanes);
  const lines = [`<text x="20" y="24" font-size="15" font-weight="bold" fill="#222">${escape(title)}</text>`];
  for (const tick of ticks(from, to)) {
    lines.push(
      `<line x1="${x(tick)}" y1="${HEAD - 6}" x2="${x(tick)}" y2="${bottom}" stroke="#e5e7eb"/>`,
      `<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle" fill="#555" font-size="11">${time(tick, to - from)}</text>`,
    );
  }
  let y = HEAD;
  let group: string | undefined;
  for (const lane of lanes) {
    if (lane.group !== group) {
      y += GROUP_GAP;
      lines.push(`<text x="20" y="${y + 14}" font-weight="bold" fill="#222">${escape(lane.group)}</text>`);
      group = lane.group;
    }
    lines.push(`<text x="${LEFT - 8}" y="${y + 14}" text-anchor="end" fill="#444">${escape(lane.label)}</text>`);
    for (const bar of lane.bars) lines.push(drawBar(bar, x, y));
    y += LANE;
  }
  faults.forEach(({ at, text }, i) => {
    const [anchor, dx] = x(at) > (LEFT + RIGHT) / 2 ? ['end', -5] : ['start', 5];
    lines.push(
      `<line x1="${x(at)}" y1="${HEAD - 20}" x2="${x(at)}" y2="${bottom}" stroke="#222" stroke-dasharray="4 3"/>`,
      `<text x="${x(at) + dx}" y="${HEAD - 11 - (i % 2) * 12}" text-anchor="${anchor}" fill="#222">${escape(text)}</text>`,
    );
  });
  return lines.map((line) => `    ${line}`).join('\n');
}

function drawBar({ from, to, kind, text }: Bar, x: (ms: number) => number, y: number): string {
  const width = Math.max(round(x(to) - x(from)), 1.5);
  const rect = `<rect x="${x(from)}" y="${y + 3}" width="${width}" height="${LANE - 6}" rx="2" fill="${COLOURS[kind]}"/>`;
  if (text === undefined) return rect;
  const fits = width > text.length * 6.5;
  const middle = round(x(from) + width / 2);
  const ink = kind === 'role' ? '#222' : '#fff';
  if (fits) {
    return `${rect}<text x="${middle}" y="${y + 14}" text-anchor="middle" fill="${ink}" font-size="11">${escape(text)}</text>`;
  }
  // Beside a bar that is too narrow for it; a role that short is told by its neighbours.
  if (kind === 'role') return rect;
  return `${rect}<text x="${round(x(from) + width + 4)}" y="${y + 14}" fill="${COLOURS[kind]}" font-size="11" stroke="#fff" stroke-width="3" paint-order="stroke">${escape(text)}</text>`;
}

function legend(y: number): string[] {
  const entries: [BarKind, string][] = [
    ['a', 'gw-a'],
    ['b', 'gw-b'],
    ['behind', 'the host behind'],
    ['call', 'a change at EC2'],
    ['look', 'a look'],
    ['gap', 'nobody gets through'],
  ];
  let x = LEFT;
  return entries.map(([kind, text]) => {
    const line = `  <rect x="${x}" y="${y}" width="12" height="12" rx="2" fill="${COLOURS[kind]}"/><text x="${x + 17}" y="${y + 10}" fill="#444">${text}</text>`;
    x += 34 + text.length * 6.2;
    return line;
  });
}

/** Round moments, five to ten of them. */
function ticks(from: number, to: number): number[] {
  const step = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((one) => (to - from) / one <= 10) ?? 10_000;
  const all: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) all.push(tick);
  return all;
}

const time = (ms: number, span: number) => (span > 3000 ? `${ms / 1000} s` : `${ms} ms`);
const round = (value: number) => Math.round(value * 10) / 10;
const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
