import { createTestApi, type TestApi } from './api.fixture';
import { openApiDocument } from './openapi';

let api: TestApi;
beforeEach(async () => (api = await createTestApi()));
afterEach(() => api.dispose());

test('the document names every path and method that is served, and no other', () => {
  const served = new Set(
    api.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`),
  );
  const documented = new Set(
    Object.entries(openApiDocument().paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  );
  expect(documented).toEqual(served);
});

test('it is OpenAPI 3.1 with the schemas that validate, strict where they are', async () => {
  const response = await api.call('GET', '/openapi.json');
  expect(response.status).toBe(200);
  const document = (await response.json()) as {
    openapi: string;
    components: { schemas: Record<string, { additionalProperties?: unknown; properties?: Record<string, unknown> }> };
  };
  expect(document.openapi).toBe('3.1.0');
  const { Interface, NetworkConfig } = document.components.schemas;
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['NetworkConfig', 'Interface', 'Node', 'NodeStatus', 'CheckResult', 'Problem', 'Refusal']),
  );
  expect(Interface).toMatchObject({ additionalProperties: false });
  expect(Interface?.properties).toHaveProperty('clusterIP');
  expect(NetworkConfig).toMatchObject({ additionalProperties: false });
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    (m) => m[1],
  );
  for (const name of references) expect(document.components.schemas).toHaveProperty([name!]);
});
