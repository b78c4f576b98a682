import type { AwsEnis } from '../harness/cloud-aws';

/** What stands for AWS in a run of the suite. */
export type Backend =
  | { name: 'fake EC2'; kind: 'fake' }
  /** Our proxy, which supplies AWS's rules, in front of a LocalStack. */
  | { name: 'LocalStack'; kind: 'localstack'; upstream: string }
  /** A real account: no faults, no recorded calls, no policy of ours. */
  | { name: 'AWS'; kind: 'aws'; enis: AwsEnis };

declare global {
  /** Set by jest.config.cjs. */
  var TG_ACC_BACKEND: Backend | undefined;
}

/** The environment that hands a backend from the runner to jest.config.cjs. `first`: what never reaches AWS is tested here. */
export const passBackend = (backend: Backend, first: boolean): Record<string, string> => ({
  TG_ACC_BACKEND: JSON.stringify({ backend, first }),
});

/** The backend to run on. Throws when the tests were not started by the runner. */
export function thisBackend(): Backend {
  if (!globalThis.TG_ACC_BACKEND) throw new Error('start these tests by "npm run test:acceptance", not by jest itself');
  return globalThis.TG_ACC_BACKEND;
}

/** For tests that need an emulator's faults, policies or recorded calls: skipped on AWS itself. */
export const emulatedTest = (): typeof test => (thisBackend().kind === 'aws' ? test.skip : test);

/** The backend, and how to group tests that need two gateways: skipped on AWS itself, of which a run has one. */
export function emulatedBackend(): { backend: Backend; describeEmulated: typeof describe } {
  const backend = thisBackend();
  return { backend, describeEmulated: backend.kind === 'aws' ? describe.skip : describe };
}
