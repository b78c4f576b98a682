import { defineSchema } from './schema';
import { objectLike } from './testing/objects';
import { timeoutOf, timeouts } from './timeouts';
import { validateConfig } from './validate-config';

const DEFAULTS = { create: '2m', delete: '90s' } as const;
const schema = defineSchema({ description: '-', attributes: { timeouts: timeouts(DEFAULTS) } });

test('what is not configured has its default', () => {
  expect(timeoutOf('create', null, DEFAULTS)).toBe(120_000);
  expect(timeoutOf('delete', { create: '5s', delete: null }, DEFAULTS)).toBe(90_000);
  expect(timeoutOf('create', { create: '5s', delete: null }, DEFAULTS)).toBe(5_000);
});

test('the description names the default', () => {
  expect(schema.attributes.timeouts.nested?.attributes.delete?.description).toContain('Default: `90s`.');
});

test.each(['soon', '0s', '-1m', '10'])('%j is no timeout', (create) => {
  const config = objectLike(schema, { timeouts: { create, delete: null } });
  expect(validateConfig(schema, config)).toEqual([
    {
      severity: 'error',
      summary: 'Invalid attribute value',
      detail: `timeouts.create must be a positive duration such as "30s", "5m" or "2h45m", not "${create}".`,
      path: [
        { kind: 'attribute', name: 'timeouts' },
        { kind: 'attribute', name: 'create' },
      ],
    },
  ]);
  expect(() => timeoutOf('create', { create, delete: null }, DEFAULTS)).toThrow(RangeError);
});
