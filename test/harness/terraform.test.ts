import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTerraform, type Terraform } from './terraform';
import { findTerraform } from './terraform-binary';

const HCL = `
variable "value" { default = "one" }
resource "terraform_data" "it" {
  input            = var.value
  triggers_replace = var.value == "three" ? 3 : 0
  lifecycle {
    precondition {
      condition     = var.value != "bad"
      error_message = "The value bad is refused."
    }
  }
}
`;

let terraform: Terraform;
beforeAll(async () => {
  terraform = await createTerraform({
    binary: await findTerraform(),
    provider: '/nonexistent',
    install: 'dev-override',
    files: { 'main.tf': HCL },
  });
});
afterAll(() => terraform.close());

test('plan, apply, an empty plan, update, replace, an error and destroy are told apart', async () => {
  const first = await terraform.plan();
  expect(first).toMatchObject({
    ok: true,
    changed: true,
    planned: [{ address: 'terraform_data.it', action: 'create' }],
  });
  expect(await terraform.apply()).toMatchObject({ ok: true, applied: [{ action: 'create' }], diagnostics: [] });
  expect(await terraform.plan()).toMatchObject({ ok: true, changed: false, planned: [] });
  expect(await terraform.plan('-var=value=two')).toMatchObject({ planned: [{ action: 'update' }] });
  expect(await terraform.plan('-var=value=three')).toMatchObject({ planned: [{ action: 'replace' }] });

  const refused = await terraform.apply('-var=value=bad');
  expect(refused).toMatchObject({ ok: false, diagnostics: [{ severity: 'error' }] });
  expect(refused.text).toContain('The value bad is refused.');
  expect(await terraform.state()).toMatchObject([
    { address: 'terraform_data.it', values: { input: { value: 'one' } } },
  ]);

  expect(await terraform.destroy()).toMatchObject({ ok: true, applied: [{ action: 'delete' }] });
  expect(await terraform.state()).toEqual([]);
}, 60_000);

test('variables of terraform in the environment of the caller do not reach it', async () => {
  process.env.TF_CLI_ARGS = '-nonsense';
  try {
    expect((await terraform.raw('version')).code).toBe(0);
  } finally {
    delete process.env.TF_CLI_ARGS;
  }
});

test('a binary that is not there is named', async () => {
  await expect(findTerraform({ TERRAFORM: '/nonexistent/terraform' })).rejects.toThrow('/nonexistent/terraform');
  const empty = await mkdtemp(join(tmpdir(), 'tg-path-'));
  try {
    await expect(findTerraform({ PATH: empty })).rejects.toThrow(/set TERRAFORM/);
  } finally {
    await rm(empty, { recursive: true });
  }
});

test('closing leaves nothing', async () => {
  const other = await createTerraform({
    binary: await findTerraform(),
    provider: '/nonexistent',
    install: 'dev-override',
    files: {},
  });
  await other.close();
  await expect(stat(other.dir)).rejects.toThrow('ENOENT');
});
