import { join } from 'node:path';
import { findArtifacts } from '../harness/artifacts';
import { emulatedCloud } from '../harness/cloud-emulated';
import { setPair, type Pair } from '../harness/pair';
import { Scope } from '../harness/scope';
import { createTerraform, type Terraform } from '../harness/terraform';
import { findTerraform } from '../harness/terraform-binary';
import type { Backend } from './backend';

/** Two gateways and a terraform that acts on them. */
export interface PairFixture {
  scope: Scope;
  pair: Pair;
  terraform: Terraform;
}

const ROOT = join(__dirname, '..', '..');

/** Makes both on an emulated backend; `scope.close()` undoes everything, also when this rejects half-way. */
export async function createPairFixture(backend: Backend, env: NodeJS.ProcessEnv): Promise<PairFixture> {
  const scope = new Scope();
  try {
    if (backend.kind === 'aws') throw new Error('a pair needs instances that the account of a test has not');
    const artifacts = findArtifacts(join(ROOT, 'dist'));
    const cloud = await emulatedCloud(scope, artifacts.vpc, ...(backend.kind === 'fake' ? [] : [backend.upstream]));
    const { control } = cloud;
    if (control === null) throw new Error('an emulated cloud can be steered');
    const pair = await setPair(scope, { ...cloud, control }, artifacts.node);
    const terraform = await createTerraform({
      binary: await findTerraform(),
      provider: artifacts.provider,
      install: 'dev-override',
      files: {},
      env: { ...pair.env, ...env },
    });
    scope.defer('remove the terraform folder', () => terraform.close());
    return { scope, pair, terraform };
  } catch (error) {
    await scope.close();
    throw error;
  }
}
