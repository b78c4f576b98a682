/**
 * The acceptance suite, once per backend; started by main.ts, which prepares the backends and sums up. A test file that is about
 * what never reaches AWS runs on the first backend only.
 */
const { join } = require('node:path');

const rootDir = join(__dirname, '..', '..');
const passed = process.env.TG_ACC_BACKENDS;
if (!passed) throw new Error('Start the acceptance suite by "npm run test:acceptance".');
const backends = JSON.parse(passed);
const ONCE = ['bad-input', 'config-api', 'connection'];

module.exports = {
  rootDir,
  projects: backends.map((backend, index) => ({
    displayName: backend.name,
    rootDir,
    roots: ['<rootDir>/test/acceptance'],
    testMatch: ['**/*.test.ts'],
    testPathIgnorePatterns: index === 0 ? [] : ONCE.map((name) => `/${name}\\.test\\.ts$`),
    testEnvironment: 'node',
    testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons', 'require', 'default'] },
    globals: { TG_ACC_BACKEND: backend },
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
      ],
    },
  })),
  testTimeout: 150_000,
};
