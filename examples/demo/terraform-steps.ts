import type { Terraform } from '@tg/test';

/** What terraform planned and what of it a person would look at. */
export interface Applied {
  plan: string;
  details: string[];
}

/** Plans, shows what a person would look at, and applies exactly that plan. */
export async function planAndApply(terraform: Terraform, ...args: string[]): Promise<Applied> {
  const plan = await terraform.planText('-out=tf.plan', ...args);
  if (plan.code !== 0) throw new Error(`terraform plan failed:\n${plan.stdout}${plan.stderr}`);
  const apply = await terraform.raw('apply', '-no-color', 'tf.plan');
  if (apply.code !== 0) throw new Error(`terraform apply failed:\n${apply.stdout}${apply.stderr}`);
  return {
    plan: plan.stdout,
    details: [
      `$ terraform ${args.includes('-destroy') ? 'destroy' : 'apply'}`,
      ...essence(plan.stdout),
      ...essence(apply.stdout),
    ],
  };
}

/** The lines of terraform's output that tell what happens: the changed attributes and the summary. */
const essence = (output: string) =>
  output
    .split('\n')
    .filter((line) =>
      /^ {2}# |^ +[~+-] (cluster_ip|nic|node_fqdn|timeout) |^(Apply|Destroy) complete|^Plan: /.test(line),
    )
    .map((line) => line.trim());
