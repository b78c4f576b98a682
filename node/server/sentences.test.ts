import { UpdateNode } from '@tg/api';
import { DaemonConfig } from '../daemon-config';
import { sentencesOf } from './sentences';

test('a secret put where its hash belongs is not shown', () => {
  const body = { uid: 'n1', fqdn: 'gw-a.example.com', data_dir: '/d', tokens: [{ id: 't', secret_sha256: 'hunter2' }] };
  const { error } = DaemonConfig.safeParse(body);
  const text = sentencesOf(error!, body).join('\n');
  expect(text).toContain('tokens[0].secret_sha256');
  expect(text).toContain('64 hexadecimal digits');
  expect(text).not.toContain('hunter2');
});

test('a cluster key in a request that is refused is not shown', () => {
  const body = { cluster: null, clusterKey: 'tgk1_hunter2' };
  const { error } = UpdateNode.safeParse(body);
  const text = sentencesOf(error!, body).join('\n');
  expect(text).toContain('clusterKey');
  expect(text).not.toContain('hunter2');
});
