import { schemaProblems } from './framework/schema/schema-problems';
import { tgProvider } from './provider';

test('Terraform accepts every schema', () => {
  expect(schemaProblems(tgProvider.schema, 'provider')).toEqual([]);
  for (const resource of Object.values(tgProvider.resources))
    expect(schemaProblems(resource.schema, 'resource')).toEqual([]);
});

test('secrets are sensitive', () => {
  const { attributes } = tgProvider.schema;
  const inner = attributes.tls?.nested?.attributes ?? {};
  expect([attributes.api_key_secret, attributes.api_jwt, inner.key_pem].map((a) => a?.sensitive)).toEqual([
    true,
    true,
    true,
  ]);
});

test('neither zod nor HTTP is loaded before a resource does something', () => {
  const loaded = Object.keys(require.cache).filter((file) =>
    /node_modules\/zod|portal\/transport|node-interface\/operations/.test(file),
  );
  expect(loaded).toEqual([]);
});

test('every attribute is described', () => {
  for (const { schema } of Object.values(tgProvider.resources)) {
    for (const [name, attribute] of Object.entries(schema.attributes))
      expect([name, attribute.description]).toEqual([name, expect.stringMatching(/\.$|`$/)]);
  }
});
