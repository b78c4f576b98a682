/**
 * What is built: the entry that is bundled, and the file it becomes. `minify` saves start-up time where Node has to read much; the
 * provider starts from bytecode, to which it makes no difference. Names are kept in any case, for stacks that a person reads.
 */
export const TARGETS = {
  provider: { entry: 'provider/main.ts', bundle: 'provider.cjs', executable: 'terraform-provider-tg' },
  node: { entry: 'node/cli.ts', bundle: 'tg-node.cjs', minify: true, command: true },
  vpc: { entry: 'vpc/main.ts', bundle: 'vpc.cjs' },
  acceptance: { entry: 'test/acceptance/main.ts', bundle: 'acceptance.cjs' },
  demo: { entry: 'examples/demo/main.ts', bundle: 'demo.cjs' },
  lab: { entry: 'test/lab/main.ts', bundle: 'lab.cjs' },
  'lab-clients': { entry: 'test/lab/clients/main.ts', bundle: 'lab-clients.cjs' },
  simulate: { entry: 'test/simulation/main.ts', bundle: 'simulate.cjs' },
  bench: { entry: 'test/bench/main.ts', bundle: 'bench.cjs' },
  'bench-taker': { entry: 'test/bench/takeover/taker.ts', bundle: 'bench-taker.cjs', minify: true },
  // The library for a program of one's own: what `require('@tg/node')` and `require('@tg/node/cloud')` find without our sources.
  reconciler: { entry: 'node/index.ts', bundle: '../node/dist/index.js' },
  cloud: { entry: 'node/cloud/index.ts', bundle: '../node/dist/cloud.js' },
  // cdktf finds its own files by their place in node_modules.
  'cdktf-minimal': {
    entry: 'examples/cdktf-minimal/main.ts',
    bundle: 'cdktf-minimal.cjs',
    external: ['cdktf', 'constructs'],
  },
  docs: { entry: 'provider/docs/main.ts', bundle: 'docs.cjs' },
};
