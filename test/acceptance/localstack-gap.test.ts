import { addresses, assign, createLab, findEnis, type Lab } from '../vpc/lab';
import { thisBackend } from './backend';

const backend = thisBackend();

/**
 * Why the proxy exists, straight at LocalStack. When a test here fails, LocalStack has learned the rule, and the proxy
 * may have become unnecessary.
 */
(backend.kind === 'localstack' ? describe : describe.skip)('LocalStack without the proxy', () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await createLab(backend.kind === 'localstack' ? backend.upstream : '');
    await assign(lab, lab.a, ['10.0.1.50']);
  });

  const holders = async () => {
    const found: string[] = [];
    for (const eni of [lab.a, lab.b]) if ((await addresses(lab, eni)).includes('10.0.1.50')) found.push(eni);
    return found;
  };

  test('after a move with AllowReassignment two ENIs hold the address', async () => {
    expect(await holders()).toEqual([lab.a]);
    await assign(lab, lab.b, ['10.0.1.50'], true);
    expect(await holders()).toEqual([lab.a, lab.b]);
  });

  test('without AllowReassignment it is not refused either', async () => {
    await assign(lab, lab.b, ['10.0.1.50']);
    expect(await holders()).toEqual([lab.a, lab.b]);
  });

  test('a secondary address is not found by addresses.private-ip-address', async () => {
    expect(await findEnis(lab, 'addresses.private-ip-address', '10.0.1.50')).toEqual([]);
  });
});
