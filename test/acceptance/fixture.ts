import { join } from 'node:path';
import { findArtifacts } from '../harness/artifacts';
import type { Cloud } from '../harness/cloud';
import { awsCloud } from '../harness/cloud-aws';
import { emulatedCloud } from '../harness/cloud-emulated';
import { Scope } from '../harness/scope';
import { setStage, type Stage } from '../harness/stage';
import { createTerraform, type Terraform } from '../harness/terraform';
import { findTerraform } from '../harness/terraform-binary';
import type { VpcProcess } from '../harness/vpc-process';
import type { Backend } from './backend';

/** A stage and a terraform that act on it, for one group of tests. */
export interface Fixture {
  scope: Scope;
  stage: Stage;
  terraform: Terraform;
  /** Steers the emulator. Throws on AWS itself: a test that needs it is an {@link emulatedTest}. */
  control: () => VpcProcess;
}

const ROOT = join(__dirname, '..', '..');

/** Makes both; `scope.close()` undoes everything, also when this rejects half-way. */
export async function createFixture(backend: Backend, install: 'dev-override' | 'mirror'): Promise<Fixture> {
  const scope = new Scope();
  try {
    const artifacts = findArtifacts(join(ROOT, 'dist'));
    const cloud = await createCloud(scope, backend, artifacts.vpc);
    const stage = await setStage(scope, cloud, { bundle: artifacts.node, bind: true });
    const terraform = await createTerraform({
      binary: await findTerraform(),
      provider: artifacts.provider,
      install,
      files: { 'main.tf': 'terraform {\n  required_providers {\n    tg = { source = "trustgrid/tg" }\n  }\n}\n' },
      env: stage.env,
    });
    scope.defer('remove the terraform folder', () => terraform.close());
    const control = () => {
      if (!cloud.control) throw new Error('AWS itself cannot be steered');
      return cloud.control;
    };
    return { scope, stage, terraform, control };
  } catch (error) {
    await scope.close();
    throw error;
  }
}

function createCloud(scope: Scope, backend: Backend, vpcBundle: string): Promise<Cloud> {
  switch (backend.kind) {
    case 'fake':
      return emulatedCloud(scope, vpcBundle);
    case 'localstack':
      return emulatedCloud(scope, vpcBundle, backend.upstream);
    case 'aws':
      return awsCloud(scope, backend.enis, process.env);
  }
}
