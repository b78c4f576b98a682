import type { SessionName } from './clients/event';
import type { LabEvent } from './events';
import { fatesOf } from './sessions';

type What = 'open' | 'data' | 'end';
const events = (client: SessionName, ...list: [at: number, what: What][]): LabEvent[] =>
  list.map(([at, what]) => ({ kind: 'session', client, at, what, detail: '' }));
const fate = (client: SessionName, ...list: [at: number, what: What][]) =>
  fatesOf(events(client, ...list), [client], { fault: 100, poked: 500 })[client];

test.each<[string, SessionName, [number, What][], object]>([
  [
    'is told',
    'idle',
    [
      [1, 'open'],
      [130, 'end'],
    ],
    { outcome: 'reset', ms: 30 },
  ],
  [
    'is told only when it speaks',
    'idle',
    [
      [1, 'open'],
      [501, 'end'],
    ],
    { outcome: 'reset-late', ms: null },
  ],
  ['is told nothing', 'idle', [[1, 'open']], { outcome: 'hangs', ms: null }],
  [
    'still gets answers',
    'idle',
    [
      [1, 'open'],
      [501, 'data'],
    ],
    { outcome: 'kept', ms: null },
  ],
  [
    'got answers until the fault only',
    'chat',
    [
      [1, 'open'],
      [90, 'data'],
    ],
    { outcome: 'hangs', ms: null },
  ],
  [
    'went on after a silence',
    'chat',
    [
      [1, 'open'],
      [190, 'data'],
      [510, 'data'],
    ],
    { outcome: 'kept', ms: 320 },
  ],
  ['was never there', 'chat', [[200, 'open']], { outcome: 'never-opened', ms: null }],
  [
    'connects anew',
    'listener',
    [
      [1, 'open'],
      [110, 'end'],
      [160, 'open'],
    ],
    { outcome: 'back', ms: 60 },
  ],
  [
    'does not find back',
    'listener',
    [
      [1, 'open'],
      [110, 'end'],
      [160, 'open'],
      [170, 'end'],
    ],
    { outcome: 'hangs', ms: null },
  ],
  ['needed not to', 'listener', [[1, 'open']], { outcome: 'kept', ms: null }],
])('a connection that %s', (_, client, list, expected) => {
  expect(fate(client, ...list)).toEqual(expected);
});
