import { schemaProblems } from './framework/schema/schema-problems';
import { tgProvider } from './provider';

test('terraform and the bindings take the provider’s schema', () => {
  expect(schemaProblems(tgProvider.schema, 'provider')).toEqual([]);
});

test.each(Object.entries(tgProvider.resources))('terraform and the bindings take the schema of %s', (_, { schema }) => {
  expect(schemaProblems(schema, 'resource')).toEqual([]);
});
