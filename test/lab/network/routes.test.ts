import type { Eni, VpcState } from '@tg/vpc';
import { changes, mappingOf, type Port } from './routes';

const port = (name: string): Port => ({ eniId: `eni-${name}`, mac: `02:00:00:00:00:0${name}`, device: `vpc-${name}` });
const [a, b] = [port('a'), port('b')];
const CLUSTER_IP = '10.0.1.50';

/** The VPC with these secondary addresses, and the source/dest check of `checked` on. */
function state(secondary: { a: string[]; b: string[] }, checked: string[] = []): VpcState {
  const eni = (id: 'a' | 'b', primary: string) => ({
    primary,
    secondary: secondary[id],
    sourceDestCheck: checked.includes(id),
  });
  const enis = new Map([
    ['eni-a', eni('a', '10.0.1.10')],
    ['eni-b', eni('b', '10.0.1.11')],
  ]) as unknown as Map<string, Eni>;
  return { enis } as unknown as VpcState;
}
const mapping = (...args: Parameters<typeof state>) => mappingOf(state(...args), [a, b]);

test('an address goes to its holder, and so does what is routed through it; the neighbour comes first', () => {
  const lines = changes(mapping({ a: [CLUSTER_IP], b: [] }), mapping({ a: [], b: [CLUSTER_IP] }), CLUSTER_IP);
  expect(lines).toEqual([
    'neigh replace 10.0.1.50 lladdr 02:00:00:00:00:0b dev vpc-b nud permanent',
    'route replace 10.0.1.50/32 dev vpc-b',
    'route replace 172.16.0.0/12 via 10.0.1.50 dev vpc-b onlink',
  ]);
});

test('what nobody holds leads nowhere', () => {
  const lines = changes(mapping({ a: [CLUSTER_IP], b: [] }), mapping({ a: [], b: [] }), CLUSTER_IP);
  expect(lines).toEqual([
    expect.stringMatching(/^neigh replace 10\.0\.1\.50 lladdr \S+ dev vpc-none /),
    'route replace 10.0.1.50/32 dev vpc-none',
    'route replace 172.16.0.0/12 via 10.0.1.50 dev vpc-none onlink',
  ]);
});

test('with the source/dest check on, the ENI gets its own address only', () => {
  const lines = changes(
    mapping({ a: [CLUSTER_IP], b: [] }),
    mapping({ a: [CLUSTER_IP], b: [] }, ['a', 'b']),
    CLUSTER_IP,
  );
  expect(lines).toEqual(['route replace 172.16.0.0/12 via 10.0.1.50 dev vpc-none onlink']);
});

test('the first time everything is said, and nothing when nothing changed', () => {
  const now = mapping({ a: ['10.0.1.77'], b: [] });
  expect(changes(null, now, CLUSTER_IP).filter((line) => line.startsWith('route'))).toEqual([
    'route replace 10.0.1.10/32 dev vpc-a',
    'route replace 10.0.1.77/32 dev vpc-a',
    'route replace 10.0.1.11/32 dev vpc-b',
    'route replace 10.0.1.50/32 dev vpc-none',
    'route replace 172.16.0.0/12 via 10.0.1.50 dev vpc-none onlink',
  ]);
  expect(changes(now, mapping({ a: ['10.0.1.77'], b: [] }), CLUSTER_IP)).toEqual([]);
});
