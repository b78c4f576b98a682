import { utf8Bytes } from '../cty/utf8';
import { UNKNOWN } from '../cty/unknown';
import type { ValueRecord } from '../cty/value';
import type { CallContext, Method } from '../plugin/method';
import type { Init } from '../protocol/message';
import type { UnaryRpc } from '../protocol/rpc';
import { Provider } from '../protocol/tfplugin6.generated';
import { stringAttribute } from '../schema/attributes';
import { errorOf, warningOf } from '../schema/diagnostic';
import { requiresReplace, useStateForUnknown } from '../schema/plan-modifiers';
import { defineSchema } from '../schema/schema';
import { decodeObject, encodeObject } from './dynamic-value';
import type { ProviderDefinition } from './provider-definition';
import { providerMethods } from './provider-methods';
import type { ResourceOperations } from './resource-definition';
import { defineResource } from './resource-definition';
import { MiniCore, ABSENT } from './testing/mini-core';

const o = { description: 'd' };
const thing = defineSchema({
  ...o,
  version: 2,
  attributes: {
    id: stringAttribute({ ...o, presence: 'computed', planModifiers: [useStateForUnknown()] }),
    name: stringAttribute({ ...o, presence: 'required', planModifiers: [requiresReplace()] }),
    size: stringAttribute({ ...o, presence: 'optional+computed', default: 'small' }),
    password: stringAttribute({ ...o, presence: 'optional', writeOnly: true }),
  },
});
type Thing = typeof thing;
type Operations = ResourceOperations<Thing, string>;

const good: Operations = {
  create: ({ planned }, { provider }) =>
    Promise.resolve({ state: { ...planned, id: `${provider}-1` } as never, private: { born: true } }),
  read: ({ state, private: kept }) => Promise.resolve({ state, private: kept }),
  update: ({ planned, private: kept }) =>
    Promise.resolve({ state: planned as never, private: { ...kept, updated: true } }),
  delete: () => Promise.resolve({ state: null }),
  import: (id) =>
    Promise.resolve(id === 'none' ? { state: null } : { state: { id, name: id, size: null, password: null } }),
};

const definition = (over: Partial<Operations> = {}): ProviderDefinition<string> => ({
  schema: defineSchema({ ...o, attributes: { host: stringAttribute({ ...o, presence: 'optional' }) } }),
  resources: {
    toy_thing: defineResource<string, Thing>({
      schema: thing,
      operations: () => Promise.resolve({ ...good, ...over }),
      upgraders: {
        0: (s) => ({ ...s, name: s.title }),
        1: ({ size, ...s }) => ({ ...s, size: size === 1 ? 'small' : 'large' }),
      },
    }),
  },
  configure: ({ host }) =>
    Promise.resolve({
      provider: typeof host === 'string' ? host : null,
      diagnostics: host === 'bad' ? [errorOf('No', 'bad')] : [],
    }),
});

/** Calls one procedure on one connection; reports violations as users see them. */
function host(over: Partial<Operations> = {}) {
  const methods = providerMethods(definition(over));
  const lines: string[] = [];
  return {
    methods,
    lines,
    call: async <Req, Res>(
      rpc: UnaryRpc<Req, Res>,
      request: Init<Req>,
      connection: object = DEFAULT,
      signal = new AbortController().signal,
    ): Promise<Res> => {
      const method = methods.get(rpc.path) as Extract<Method, { handle: unknown }>;
      const log = Object.fromEntries(
        ['trace', 'debug', 'info', 'warn', 'error'].map((l) => [l, (m: string) => lines.push(m)]),
      );
      const context = { signal, connection, log, stop: () => undefined } as unknown as CallContext;
      return rpc.response.decode(
        rpc.response.encode(
          (await method.handle(rpc.request.decode(rpc.request.encode(request)), context)) as Init<Res>,
        ),
      );
    },
  };
}
const DEFAULT = {};
const typeName = 'toy_thing';
const wire = (v: ValueRecord | null) =>
  encodeObject(v === null ? null : { id: null, name: 'a', size: null, password: null, ...v }, thing);
const configured = async (h: ReturnType<typeof host>, at: object = DEFAULT, name: unknown = 'p'): Promise<void> => {
  await h.call(Provider.ConfigureProvider, { config: encodeObject({ host: name as string }, definition().schema) }, at);
};

describe('what is served', () => {
  test('every procedure that Terraform may call, and none that the schema does not ask for', () => {
    const names = [...host().methods.keys()].map((path) => path.replace('/tfplugin6.Provider/', '')).sort();
    expect(names).toEqual([
      'ApplyResourceChange', 'ConfigureProvider', 'GetFunctions', 'GetMetadata', 'GetProviderSchema', 'GetResourceIdentitySchemas',
      'ImportResourceState', 'PlanResourceChange', 'ReadResource', 'StopProvider', 'UpgradeResourceState', 'ValidateProviderConfig',
      'ValidateResourceConfig',
    ]); // prettier-ignore
  });

  test('schema and capabilities', async () => {
    const h = host();
    const schema = await h.call(Provider.GetProviderSchema, {});
    expect([...schema.resourceSchemas.keys()]).toEqual(['toy_thing']);
    expect(schema.resourceSchemas.get('toy_thing')?.version).toBe(2);
    const capabilities = {
      planDestroy: true,
      getProviderSchemaOptional: true,
      moveResourceState: false,
      generateResourceConfig: false,
    };
    expect(schema.serverCapabilities).toEqual(capabilities);
    const metadata = await h.call(Provider.GetMetadata, {});
    expect(metadata).toMatchObject({ serverCapabilities: capabilities, resources: [{ typeName }] });
    expect((await h.call(Provider.GetFunctions, {})).functions.size).toBe(0);
    expect((await h.call(Provider.GetResourceIdentitySchemas, {})).identitySchemas.size).toBe(0);
  });
});

describe('configuration belongs to the connection', () => {
  test('two connections have their own', async () => {
    const h = host();
    const [one, two] = [{}, {}];
    await configured(h, one, 'one');
    await configured(h, two, 'two');
    for (const [connection, name] of [
      [one, 'one'],
      [two, 'two'],
    ] as const) {
      const { newState } = await h.call(
        Provider.ApplyResourceChange,
        { typeName, config: wire({}), plannedState: wire({ id: UNKNOWN, size: 'small' }) },
        connection,
      );
      expect(decodeObject(newState, thing)?.id).toBe(`${name}-1`);
    }
  });

  test('none: reading, applying and importing say so; validating and planning work', async () => {
    const h = host();
    const state = wire({ id: 'x' });
    const read = await h.call(Provider.ReadResource, { typeName, currentState: state });
    expect(read.diagnostics[0]).toMatchObject({ severity: 'ERROR', summary: 'Provider not configured' });
    expect(decodeObject(read.newState, thing)?.id).toBe('x');
    const apply = await h.call(Provider.ApplyResourceChange, { typeName, priorState: state, plannedState: wire(null) });
    expect(apply.diagnostics).toHaveLength(1);
    expect(decodeObject(apply.newState, thing)?.id).toBe('x');
    expect((await h.call(Provider.ImportResourceState, { typeName, id: 'x' })).diagnostics).toHaveLength(1);
    expect((await h.call(Provider.ValidateResourceConfig, { typeName, config: wire({}) })).diagnostics).toEqual([]);
    expect(
      (await h.call(Provider.PlanResourceChange, { typeName, config: wire({}), proposedNewState: wire({}) }))
        .diagnostics,
    ).toEqual([]);
  });

  test('not known yet: refresh keeps the state with a warning, apply is refused', async () => {
    const h = host();
    await configured(h, DEFAULT, UNKNOWN);
    const read = await h.call(Provider.ReadResource, {
      typeName,
      currentState: wire({ id: 'x' }),
      private: utf8Bytes('{"a":1}'),
    });
    expect(read.diagnostics).toMatchObject([{ severity: 'WARNING' }]);
    expect(Buffer.from(read.private).toString()).toBe('{"a":1}');
    const apply = await h.call(Provider.ApplyResourceChange, { typeName, config: wire({}), plannedState: wire({}) });
    expect(apply.diagnostics).toMatchObject([{ severity: 'ERROR', summary: 'Provider configuration not known' }]);
  });

  test('a failed one leaves none', async () => {
    const h = host();
    await configured(h, DEFAULT, 'bad');
    expect((await h.call(Provider.ImportResourceState, { typeName, id: 'x' })).diagnostics[0]?.summary).toBe(
      'Provider not configured',
    );
  });
});

describe('a life', () => {
  test('create with a default, no diff, update, replace, destroy, import', async () => {
    const core = new MiniCore(definition(), typeName);
    await core.configure({ host: 'p' });
    const created = await core.apply(ABSENT, { name: 'a' });
    expect(created).toMatchObject({ errors: [], stored: { state: { id: 'p-1', size: 'small' } } });
    expect(Buffer.from(created.stored.private).toString()).toBe('{"born":true}');
    expect(await core.plan(created.stored, { name: 'a' })).toMatchObject({ action: 'none' });
    const updated = await core.apply(created.stored, { name: 'a', size: 'large' });
    expect(Buffer.from(updated.stored.private).toString()).toBe('{"born":true,"updated":true}');
    expect(await core.plan(updated.stored, { name: 'b' })).toMatchObject({ action: 'replace' });
    const replaced = await core.apply(updated.stored, { name: 'b' });
    expect(Buffer.from(replaced.stored.private).toString()).toBe('{"born":true}');
    expect((await core.apply(replaced.stored, null)).stored.state).toBeNull();
    expect((await core.import('q')).stored.state).toMatchObject({ id: 'q' });
    expect((await core.import('none')).errors).toEqual([
      expect.stringContaining('no toy_thing with the import id "none"'),
    ]);
  });

  test('a replacement: the delete gets what the old object kept, the create gets nothing', async () => {
    const seen: unknown[] = [];
    const core = new MiniCore(
      definition({
        create: (request, context) => (seen.push(['create', request.private]), good.create(request, context)),
        delete: (request, context) => (seen.push(['delete', request.private]), good.delete(request, context)),
      }),
      typeName,
    );
    await core.configure({ host: 'p' });
    const { stored } = await core.apply(ABSENT, { name: 'a' });
    await core.apply(stored, { name: 'b' });
    expect(seen).toEqual([
      ['create', {}],
      ['delete', { born: true }],
      ['create', {}],
    ]);
  });

  test('a write-only value reaches the code and is stored nowhere', async () => {
    let seen: unknown;
    const core = new MiniCore(
      definition({ create: (request, context) => ((seen = request.config.password), good.create(request, context)) }),
      typeName,
    );
    await core.configure({ host: 'p' });
    const { stored } = await core.apply(ABSENT, { name: 'a', password: 'hush' });
    expect(seen).toBe('hush');
    expect(stored.state?.password).toBeNull();
    expect((await core.validate({ name: 'a', password: 'hush' })).errors).toEqual([
      expect.stringContaining('Terraform 1.11'),
    ]);
  });
});

describe('stored state', () => {
  const upgrade = (json: string, version: number) =>
    host().call(Provider.UpgradeResourceState, { typeName, version, rawState: { json: utf8Bytes(json) } });

  test('of the same version passes; attributes that are no more are dropped', async () => {
    const { upgradedState, diagnostics } = await upgrade('{"id":"i","name":"n","size":"s","gone":[1]}', 2);
    expect(diagnostics).toEqual([]);
    expect(decodeObject(upgradedState, thing)).toMatchObject({ id: 'i', name: 'n', size: 's', password: null });
  });

  test('of older versions goes through every step', async () => {
    expect(decodeObject((await upgrade('{"id":"i","title":"n","size":1}', 0)).upgradedState, thing)).toMatchObject({
      name: 'n',
      size: 'small',
    });
    expect(decodeObject((await upgrade('{"id":"i","name":"n","size":2}', 1)).upgradedState, thing)).toMatchObject({
      size: 'large',
    });
  });

  test.each([
    ['a later version', '{}', 3, /later version/],
    ['not JSON', '{', 2, /not of the schema/],
    ['of another type', '{"id":[]}', 2, /id: a string is required/],
    ['none', '', 2, /Terraform 0\.11/],
  ])('%s is refused', async (_, json, version, sentence) => {
    const { diagnostics } = await upgrade(json, version);
    expect(diagnostics).toMatchObject([{ severity: 'ERROR' }]);
    expect(diagnostics[0]?.detail).toMatch(sentence);
  });
});

describe('faults of the provider', () => {
  const plan = (over: Partial<Operations>, config: ValueRecord = {}) =>
    host(over).call(Provider.PlanResourceChange, { typeName, config: wire(config), proposedNewState: wire(config) });
  const apply = async (over: Partial<Operations>, request: { prior?: ValueRecord; planned: ValueRecord | null }) => {
    const h = host(over);
    await configured(h);
    const response = await h.call(Provider.ApplyResourceChange, {
      typeName,
      priorState: wire(request.prior ?? null),
      plannedState: wire(request.planned),
      config: request.planned === null ? wire(null) : wire({ name: 'a' }),
      plannedPrivate: utf8Bytes('{"kept":1}'),
    });
    return { ...response, state: decodeObject(response.newState, thing), lines: h.lines };
  };
  const BUG = { severity: 'ERROR', summary: 'Bug in the provider' };

  test('a plan that breaks a rule names the attribute and not its value', async () => {
    const { diagnostics } = await plan({
      plan: ({ planned }) => Promise.resolve({ planned: { ...planned!, name: 'hush-hush' } }),
    });
    expect(diagnostics).toMatchObject([{ ...BUG, attribute: { steps: [{ selector: { value: 'name' } }] } }]);
    expect(diagnostics[0]?.detail).toContain('planning toy_thing, name is configured, but planned as something else');
    expect(JSON.stringify(diagnostics)).not.toContain('hush');
  });

  test('a hook that throws is a diagnostic with the place, not a gRPC error', async () => {
    const { diagnostics } = await plan({ plan: () => Promise.reject(new TypeError('x is not a function')) });
    expect(diagnostics).toMatchObject([BUG]);
    expect(diagnostics[0]?.detail).toMatch(
      /planning toy_thing: TypeError: x is not a function\n\n\s+at .*provider-methods\.test/,
    );
  });

  test('a crash during apply keeps the prior state and the private one', async () => {
    for (const request of [
      { prior: { id: 'x' }, planned: { id: 'x', size: 'l' } },
      { prior: { id: 'x' }, planned: null },
    ]) {
      const result = await apply(
        { update: () => Promise.reject(new Error('boom')), delete: () => Promise.reject(new Error('boom')) },
        request,
      );
      expect(result.diagnostics).toMatchObject([BUG]);
      expect(result.state?.id).toBe('x');
      expect(Buffer.from(result.private).toString()).toBe('{"kept":1}');
      expect(result.lines).toEqual(['the provider failed']);
    }
  });

  test.each<[string, Partial<Operations>, { prior?: ValueRecord; planned: ValueRecord | null }, RegExp]>([
    [
      'another value than planned',
      { create: ({ planned }) => Promise.resolve({ state: { ...planned, id: 'i', size: 'huge' } as never }) },
      { planned: { id: UNKNOWN, size: 'small' } },
      /size was planned as one value/,
    ],
    [
      'unknown values',
      { create: ({ planned }) => Promise.resolve({ state: planned as never }) },
      { planned: { id: UNKNOWN } },
      /id is still unknown/,
    ],
    [
      'nothing after a create',
      { create: () => Promise.resolve({ state: null }) },
      { planned: {} },
      /is gone after the change/,
    ],
    [
      'something after a destroy',
      { delete: ({ prior }) => Promise.resolve({ state: prior }) },
      { prior: { id: 'x' }, planned: null },
      /still there after its destruction/,
    ],
    [
      'a write-only value',
      { create: ({ planned }) => Promise.resolve({ state: { ...planned, password: 'p' } as never }) },
      { planned: {} },
      /password is write-only/,
    ],
  ])('a result with %s', async (_, over, request, sentence) => {
    const { diagnostics, state } = await apply(over, request);
    expect(diagnostics).toMatchObject([BUG]);
    expect(diagnostics[0]?.detail).toMatch(sentence);
    expect(Object.values(state ?? {})).not.toContain(UNKNOWN);
  });

  test('a failed apply keeps what there is and is held to no plan', async () => {
    const failing = (state: unknown): Partial<Operations> => ({
      create: () =>
        Promise.resolve({
          state: state as never,
          private: { half: true },
          diagnostics: [errorOf('Refused', 'no'), warningOf('Also', 'this')],
        }),
    });
    const half = await apply(failing({ id: 'h', name: 'other', size: null, password: null }), {
      planned: { size: 'small' },
    });
    expect(half.diagnostics.map((d) => d.summary)).toEqual(['Refused', 'Also']);
    expect(half.state).toMatchObject({ id: 'h', name: 'other' });
    expect(Buffer.from(half.private).toString()).toBe('{"half":true}');
    expect((await apply(failing(null), { planned: {} })).state).toBeNull();
  });

  test('a refresh that fails leaves the state as it was', async () => {
    const h = host({ read: () => Promise.resolve({ state: null, diagnostics: [errorOf('Unreachable', 'x')] }) });
    await configured(h);
    const read = await h.call(Provider.ReadResource, {
      typeName,
      currentState: wire({ id: 'x' }),
      private: utf8Bytes('{"a":1}'),
    });
    expect(decodeObject(read.newState, thing)?.id).toBe('x');
    expect(Buffer.from(read.private).toString()).toBe('{"a":1}');
  });

  test('in tests a broken rule is thrown', async () => {
    const core = new MiniCore(
      definition({ plan: ({ planned }) => Promise.resolve({ planned: { ...planned!, name: 'x' } }) }),
      typeName,
    );
    await expect(core.plan(ABSENT, { name: 'a' })).rejects.toThrow(/name is configured/);
  });

  test('values that are not of the schema, and types that do not exist, are told', async () => {
    const h = host();
    await configured(h);
    const wrong = await h.call(Provider.PlanResourceChange, { typeName, config: { msgpack: new Uint8Array([0x93]) } });
    expect(wrong.diagnostics).toHaveLength(1);
    const none = await h.call(Provider.ReadResource, { typeName: 'toy_other' });
    expect(none.diagnostics[0]?.detail).toContain('there is no resource type toy_other');
  });
});

test('what is aborted is seen by the code, and its answer still counts', async () => {
  const controller = new AbortController();
  const h = host({
    create: ({ planned }, { signal }) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () =>
          resolve({
            state: { ...planned, id: 'half' } as never,
            diagnostics: [errorOf('Stopped', String(signal.reason))],
          }),
        ),
      ),
  });
  await configured(h);
  const applying = h.call(
    Provider.ApplyResourceChange,
    { typeName, config: wire({}), plannedState: wire({ id: UNKNOWN, size: 'small' }) },
    DEFAULT,
    controller.signal,
  );
  setImmediate(() => controller.abort('Ctrl-C'));
  const { newState, diagnostics } = await applying;
  expect(decodeObject(newState, thing)?.id).toBe('half');
  expect(diagnostics).toMatchObject([{ summary: 'Stopped', detail: 'Ctrl-C' }]);
});
