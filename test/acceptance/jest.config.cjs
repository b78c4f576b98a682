/**
 * The acceptance suite on one backend; started by main.ts, which prepares the backends and sums up. Test files that are about
 * what never reaches AWS run on the first backend only.
 */
const passed = process.env.TG_ACC_BACKEND;
if (!passed) throw new Error('Start the acceptance suite by "npm run test:acceptance".');
const { backend, first } = JSON.parse(passed);
const ONCE = ['bad-input', 'config-api', 'connection'];

module.exports = {
  displayName: backend.name,
  rootDir: '../..',
  cacheDirectory: process.env.TG_ACC_CACHE,
  roots: ['<rootDir>/test/acceptance'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: first ? [] : ONCE.map((name) => `/${name}\\.test\\.ts$`),
  testSequencer: '<rootDir>/test/acceptance/sequencer.cjs',
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons', 'require', 'default'] },
  testTimeout: 240_000,
  globals: { TG_ACC_BACKEND: backend },
  transform: { '^.+\\.ts$': '<rootDir>/test/acceptance/transform.cjs' },
};
