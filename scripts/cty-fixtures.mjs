/**
 * Captures cty values as the real terraform encodes them: serves a throw-away provider to `terraform` (first argument:
 * its path) and writes the bytes it was sent to provider/framework/cty/fixtures/terraform.json.
 * Run it again only to add cases: the tests compare against what is committed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const terraform = process.argv[2] ?? 'terraform';
const work = mkdtempSync(join(tmpdir(), 'cty-fixtures-'));

/** One resource each; unknown values come from terraform_data, whose id is unknown while planning. */
const CASES = {
  empty: '',
  strings: 'text = "e\\u0301 ünï ☃ 🎈 \\"q\\" \\n"',
  'empty string': 'text = ""',
  'long string': `text = "${'ab'.repeat(200)}"`,
  bools: 'flag = true',
  'small integer': 'number = 7',
  'negative integers': 'numbers = [-1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649]',
  'positive integers': 'numbers = [0, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, 9007199254740991]',
  'int64 and beyond':
    'numbers = [9007199254740993, 9223372036854775807, -9223372036854775808, 9223372036854775808, -9223372036854775809, 123456789012345678901234567890]',
  fractions: 'numbers = [0.1, 0.5, -1.5, 1.25e-3, 3.141592653589793238462643383279, 1e25, 1e-25, 123456.789]',
  lists: 'list = ["a", null, "a"]',
  'empty list': 'list = []',
  'long list': 'list = [for i in range(20) : tostring(i)]',
  sets: 'set = ["b", "a", "b"]',
  maps: 'map = { a = "1", "__proto__" = "2", constructor = "3", "ü" = "4", nothing = null }',
  'long map': 'map = { for i in range(20) : "key${i}" => "v" }',
  objects: 'object = { name = "n", size = 3 }',
  tuples: 'tuple = ["t", 4, true]',
  'dynamic string': 'dynamic = "x"',
  'dynamic number': 'dynamic = 9007199254740993',
  'dynamic tuple': 'dynamic = [1, "a", null]',
  'dynamic object': 'dynamic = { a = 1, b = { c = ["x"] }, n = null }',
  'dynamic list': 'dynamic = tolist(["x", "y"])',
  'dynamic unknown': 'dynamic = terraform_data.a.output',
  'dynamic unknown string': 'dynamic = terraform_data.a.id',
  nested: 'nested = { name = "n", inner = [{ size = 1 }, { size = null }] }',
  'nested set': 'nested_set = [{ name = "a" }, { name = "b" }]',
  'nested map': 'nested_map = { x = { name = "a" } }',
  blocks: 'item {\n name = "a"\n }\n item {\n name = "b"\n }',
  'unknown string': 'text = terraform_data.a.id',
  'unknown prefix': 'text = "arn:${terraform_data.a.id}"',
  'unknown bool': 'flag = terraform_data.a.id == "x"',
  'unknown number': 'number = length(terraform_data.a.id)',
  'unknown list element': 'list = ["known", terraform_data.a.id]',
  'unknown set': 'set = toset([terraform_data.a.id, terraform_data.b.id])',
  'unknown set element': 'set = ["known", terraform_data.a.id]',
  'unknown number with bounds': 'number = length(toset([terraform_data.a.id, terraform_data.b.id]))',
  'unknown list with lengths': 'list = terraform_data.a.id == "x" ? tolist(["a", "b"]) : tolist(["c"])',
  'unknown nested': 'nested = { name = terraform_data.a.id, inner = null }',
};

const ENTRY = `
export * from './provider/framework/plugin/host';
export * from './provider/framework/plugin/handshake';
export * from './provider/framework/plugin/hclog';
export * from './provider/framework/plugin/method';
export * from './provider/framework/protocol/tfplugin6.generated';
export * from './provider/framework/cty/type';
export * from './provider/framework/cty/json/type';
export * from './provider/framework/schema/attributes';
export * from './provider/framework/schema/nested-attributes';
export * from './provider/framework/schema/blocks';
export * from './provider/framework/schema/schema';
export * from './provider/framework/schema/implied-type';
export { wireSchema } from './provider/framework/schema/wire-schema';
`;

async function load() {
  const outfile = join(work, 'framework.cjs');
  const stdin = { contents: ENTRY, resolveDir: root, loader: 'ts' };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  return createRequire(import.meta.url)(outfile);
}

const f = await load();
const optional = { presence: 'optional', description: '-' };
const name = f.stringAttribute(optional);
const size = f.numberAttribute(optional);
const schema = f.defineSchema({
  description: '-',
  attributes: {
    case: f.stringAttribute({ ...optional, presence: 'required' }),
    made: f.stringAttribute({ ...optional, presence: 'computed' }),
    text: f.stringAttribute(optional),
    flag: f.boolAttribute(optional),
    number: f.numberAttribute(optional),
    numbers: f.listAttribute({ ...optional, element: 'number' }),
    list: f.listAttribute({ ...optional, element: 'string' }),
    set: f.setAttribute({ ...optional, element: 'string' }),
    map: f.mapAttribute({ ...optional, element: 'string' }),
    object: { ...f.stringAttribute(optional), type: f.objectOf({ name: f.STRING, size: f.NUMBER }) },
    tuple: { ...f.stringAttribute(optional), type: f.tupleOf([f.STRING, f.NUMBER, f.BOOL]) },
    dynamic: f.dynamicAttribute(optional),
    nested: f.singleNested({
      ...optional,
      attributes: { name, inner: f.listNested({ ...optional, attributes: { size } }) },
    }),
    nested_set: f.setNested({ ...optional, attributes: { name } }),
    nested_map: f.mapNested({ ...optional, attributes: { name } }),
  },
  blocks: { item: f.listBlock({ description: '-', attributes: { name } }) },
});

const captured = [];
const hex = (value) => Buffer.from(value?.msgpack ?? []).toString('hex');
const P = f.Provider;
const answer = (rpc, handle) => f.unaryMethod(rpc, async (request) => handle(request));
const methods = new Map([
  answer(P.GetProviderSchema, () => ({
    provider: { version: 0, block: {} },
    resourceSchemas: new Map([['sample_thing', f.wireSchema(schema)]]),
    serverCapabilities: { planDestroy: true, getProviderSchemaOptional: true },
  })),
  answer(P.ValidateProviderConfig, () => ({})),
  answer(P.ConfigureProvider, () => ({})),
  answer(P.ValidateResourceConfig, () => ({})),
  answer(P.PlanResourceChange, (request) => {
    captured.push({ rpc: 'plan', config: hex(request.config), prior: hex(request.priorState) });
    return { plannedState: request.proposedNewState };
  }),
  answer(P.ApplyResourceChange, (request) => ({ newState: request.plannedState })),
  answer(P.ReadResource, (request) => ({ newState: request.currentState })),
  answer(P.UpgradeResourceState, (request) => {
    const json = Buffer.from(request.rawState.json);
    captured.push({ rpc: 'upgrade', json: json.toString('utf8') });
    return { upgradedState: { json } };
  }),
]);

function run(env, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(terraform, args, {
      cwd: work,
      env: { ...process.env, TF_CLI_CONFIG_FILE: join(work, 'none.tfrc'), ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`terraform ${args.join(' ')}: ${code}`))));
  });
}

try {
  const log = f.stderrLogger('sample', {});
  const host = await f.startHost({ name: 'sample', methods, log });
  writeFileSync(join(work, 'none.tfrc'), '');
  const results = [];
  try {
    const env = {
      TF_REATTACH_PROVIDERS: f.reattachConfig('registry.terraform.io/example/sample', host.endpoint, process.pid),
    };
    const header = 'terraform {\n required_providers {\n sample = { source = "example/sample" }\n }\n}\n';
    for (const [title, hcl] of Object.entries(CASES)) {
      const data = ['a', 'b'].map((n) => `resource "terraform_data" "${n}" {\n input = "value-${n}"\n}\n`).join('');
      writeFileSync(
        join(work, 'main.tf'),
        `${header}${data}resource "sample_thing" "it" {\n case = "${title}"\n ${hcl}\n}\n`,
      );
      rmSync(join(work, 'terraform.tfstate'), { force: true });
      captured.length = 0;
      await run(env, 'init', '-no-color');
      await run(env, 'plan', '-no-color');
      const config = captured.find((c) => c.rpc === 'plan').config;
      captured.length = 0;
      await run(env, 'apply', '-no-color', '-auto-approve');
      captured.length = 0;
      await run(env, 'plan', '-no-color');
      const json = captured.find((c) => c.rpc === 'upgrade').json;
      const state = captured.find((c) => c.rpc === 'plan').prior;
      results.push({ case: title, hcl, config, state, json });
      console.log(title);
    }
  } finally {
    await host.close();
  }
  const version = JSON.parse(execFileSync(terraform, ['version', '-json'], { encoding: 'utf8' })).terraform_version;
  const type = JSON.parse(f.typeToJson(f.schemaType(schema)));
  const file = join(root, 'provider/framework/cty/fixtures/terraform.json');
  const note =
    'Captured by scripts/cty-fixtures.mjs from the real terraform. config: msgpack of the configuration at plan; ' +
    'state: msgpack of the prior state after apply; json: the same state as the state file holds it. Hexadecimal.';
  writeFileSync(file, `${JSON.stringify({ note, terraform: version, type, cases: results }, null, 2)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
