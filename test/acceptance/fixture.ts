import { join } from 'node:path';
import { findArtifacts } from '../harness/artifacts';
import { Scope } from '../harness/scope';
import { setStage, type Stage } from '../harness/stage';
import { createTerraform, type Terraform } from '../harness/terraform';
import { findTerraform } from '../harness/terraform-binary';
import type { Backend } from './backend';

/** A stage and a terraform that act on it, for one group of tests. */
export interface Fixture {
  scope: Scope;
  stage: Stage;
  terraform: Terraform;
}

const ROOT = join(__dirname, '..', '..');

/** Makes both; `scope.close()` undoes everything, also when this rejects half-way. */
export async function createFixture(backend: Backend, install: 'dev-override' | 'mirror'): Promise<Fixture> {
  const scope = new Scope();
  try {
    const artifacts = findArtifacts(join(ROOT, 'dist'));
    const upstream = backend.kind === 'localstack' ? { upstream: backend.upstream } : {};
    const stage = await setStage(scope, artifacts, { bind: true, ...upstream });
    const terraform = await createTerraform({
      binary: await findTerraform(),
      provider: artifacts.provider,
      install,
      files: { 'main.tf': 'terraform {\n  required_providers {\n    tg = { source = "trustgrid/tg" }\n  }\n}\n' },
      env: stage.env,
    });
    scope.defer('remove the terraform folder', () => terraform.close());
    return { scope, stage, terraform };
  } catch (error) {
    await scope.close();
    throw error;
  }
}
