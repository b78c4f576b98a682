import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Which package may import which (design: one direction). A package's own name stands for all of its files. */
const PACKAGES = ['api', 'provider', 'node', 'vpc', 'constructs', 'test'];
const MAY_IMPORT = { api: [], provider: ['api'], node: ['api'], vpc: [], constructs: [], test: PACKAGES };

/** Layers of provider/framework, lowest first: a layer imports only from itself and from those before it. */
const FRAMEWORK = ['cty', 'protocol', 'schema', 'plugin', 'server'];

/** What Node gives every script. */
const NODE_GLOBALS =
  'process console module require URL setTimeout setImmediate clearTimeout Buffer performance AbortSignal TextDecoder'.split(
    ' ',
  );

const zodNamespace = {
  selector: 'ImportDeclaration[source.value="zod"] > :matches(ImportSpecifier, ImportDefaultSpecifier)',
  message: "Write `import * as z from 'zod'`: the named import keeps all of zod in the bundle (5 times the size).",
};

const restrict = (patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const packagePatterns = (own) =>
  PACKAGES.filter((p) => p !== own && !MAY_IMPORT[own].includes(p)).map((p) => ({
    group: [`@tg/${p}`, `@tg/${p}/**`, `**/../${p}/**`],
    message: `${own}/ may import only: ${MAY_IMPORT[own].join(', ') || 'nothing of ours'} (docs/architecture.md).`,
  }));

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '.build/', '.cache/', '**/*.generated.ts'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', zodNamespace],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  ...PACKAGES.map((own) => ({ files: [`${own}/**/*.ts`], rules: restrict(packagePatterns(own)) })),
  {
    files: ['provider/framework/**/*.ts'],
    rules: restrict([
      ...packagePatterns('provider'),
      {
        group: ['@tg/*', '**/portal/**', '**/resources/**', '**/data-sources/**'],
        message: 'provider/framework/ knows nothing of Trustgrid: it could be published on its own.',
      },
    ]),
  },
  ...FRAMEWORK.map((layer, i) => ({
    files: [`provider/framework/${layer}/**/*.ts`],
    rules: restrict([
      ...packagePatterns('provider'),
      {
        group: ['@tg/*', '**/portal/**', '**/resources/**', ...FRAMEWORK.slice(i + 1).map((above) => `**/${above}/**`)],
        message: `provider/framework/${layer}/ imports only: ${FRAMEWORK.slice(0, i + 1).join(', ')}.`,
      },
    ]),
  })),
  {
    files: ['node/reconciler/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: restrict([
      ...packagePatterns('node'),
      {
        group: ['node:*', '@aws-sdk/*', 'hono', 'hono/*', '**/cloud/**', '**/os/**', '**/store/**', '**/server/**'],
        message: 'node/reconciler/ holds no I/O, timers or randomness: take a port instead.',
      },
    ]),
  },
  {
    files: ['node/cluster/**/*.ts'],
    ignores: ['**/*.test.ts', 'node/cluster/link/**', 'node/cluster/store/**'],
    rules: restrict([
      ...packagePatterns('node'),
      {
        group: ['node:*', '@aws-sdk/*', 'hono', 'hono/*', '**/cloud/**', '**/os/**', '**/server/**', '**/link/**'],
        message: 'node/cluster/ holds no I/O, timers or randomness outside link/ and store/: take a port instead.',
      },
    ]),
  },
  {
    files: ['provider/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@tg/api',
              allowTypeImports: true,
              message: 'Types only: zod costs the plugin start-up time (2 ms, 9 MB).',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])),
    },
  },
);
