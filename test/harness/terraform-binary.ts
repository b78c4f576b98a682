import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { mustRun } from './run';

/** The terraform (or OpenTofu) that runs. */
export interface TerraformBinary {
  path: string;
  product: 'terraform' | 'tofu';
  version: string;
  /** Where a source address without a host belongs: each product has its own default registry. */
  registryHost: string;
}

/**
 * The binary that `TERRAFORM` or `TOFU` names (a path, or a command on the PATH), else `terraform`, else `tofu` on the PATH.
 * Rejects with what to install or set when there is none.
 */
export async function findTerraform(env: NodeJS.ProcessEnv = process.env): Promise<TerraformBinary> {
  const wanted = env.TERRAFORM ?? env.TOFU;
  const path = wanted ? locate(wanted, env) : (locate('terraform', env) ?? locate('tofu', env));
  if (path === undefined) {
    throw new Error(
      wanted
        ? `TERRAFORM or TOFU says ${wanted}, which is not an executable file or a command on the PATH`
        : 'terraform is not on the PATH; install it (https://developer.hashicorp.com/terraform/install) or set TERRAFORM to its path',
    );
  }
  const versions = JSON.parse(await mustRun(path, ['version', '-json'], { env: { PATH: env.PATH } })) as {
    terraform_version: string;
  };
  const banner = await mustRun(path, ['version'], { env: { PATH: env.PATH } });
  const product = banner.startsWith('OpenTofu') ? 'tofu' : 'terraform';
  return {
    path,
    product,
    version: versions.terraform_version,
    registryHost: product === 'tofu' ? 'registry.opentofu.org' : 'registry.terraform.io',
  };
}

function locate(command: string, env: NodeJS.ProcessEnv): string | undefined {
  const candidates =
    isAbsolute(command) || command.includes('/')
      ? [resolve(command)]
      : (env.PATH ?? '').split(delimiter).map((dir) => join(dir, command));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return statSync(candidate).isFile();
    } catch {
      return false;
    }
  });
}
