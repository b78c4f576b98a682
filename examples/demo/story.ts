import { UnassignPrivateIpAddressesCommand } from '@aws-sdk/client-ec2';
import { DATA_NIC, until, type Stage, type Terraform } from '@tg/test';
import { planAndApply } from './terraform-steps';

/** What one step tells beside its table. */
export interface Telling {
  title: string;
  details: string[];
}

/** A step: does something, checks what came of it (throws a sentence when it is wrong), and tells it. */
export interface Step {
  name: string;
  title: string;
  act(): Promise<string[]>;
}

const FIRST = '10.0.1.50';
const SECOND = '10.0.1.51';
/** Noticed on the NIC at once, at the ENI by the next reading of the instance metadata; confirmed by two looks. */
const REPAIR_MS = 30_000;

/** The main job, step by step, on a stage that stands. `bind: false`: what would be on the NIC is not checked (dry run). */
export function story(stage: Stage, terraform: Terraform, bind: boolean): Step[] {
  const { world } = stage;

  const expectHolds = async (wanted: string | null, unwanted: readonly string[]) => {
    const eni = (await stage.eni()).secondary;
    const nic = (await stage.nic()).map((a) => a.address);
    const complain = (what: string) => {
      throw new Error(`${what}; ${world.data.id} holds ${eni.join(', ')}, ${DATA_NIC} has ${nic.join(', ')}`);
    };
    if (wanted !== null && !eni.includes(wanted)) complain(`${wanted} is not on the ENI`);
    if (wanted !== null && bind && !nic.includes(wanted)) complain(`${wanted} is not bound on ${DATA_NIC}`);
    for (const address of unwanted) {
      if (eni.includes(address)) complain(`${address} is still on the ENI`);
      if (nic.includes(address)) complain(`${address} is still bound on ${DATA_NIC}`);
    }
    if (!eni.includes(world.foreign)) complain(`${world.foreign}, which is not ours, is gone`);
  };

  return [
    {
      name: 'create',
      title: `terraform apply puts ${FIRST} on the ENI and on ${DATA_NIC}`,
      act: async () => {
        const { details } = await planAndApply(terraform);
        await expectHolds(FIRST, []);
        return details;
      },
    },
    {
      name: 'plan again',
      title: 'terraform plan finds nothing to do',
      act: async () => {
        const plan = await terraform.plan();
        if (!plan.ok || plan.changed) throw new Error(`the plan is not empty:\n${plan.raw.stdout}${plan.text}`);
        return ['$ terraform plan', 'No changes. Your infrastructure matches the configuration.'];
      },
    },
    {
      name: 'change in place',
      title: `cluster_ip becomes ${SECOND}, in place: ${FIRST} goes, the daemon stays`,
      act: async () => {
        const before = stage.daemon.pid();
        terraform.setEnv({ ...stage.env, TF_VAR_cluster_ip: SECOND });
        const { plan, details } = await planAndApply(terraform);
        if (!plan.includes('will be updated in-place')) throw new Error(`the plan is not an update in place:\n${plan}`);
        await expectHolds(SECOND, [FIRST]);
        const { daemon } = await stage.daemon.status();
        if (daemon.pid !== before) throw new Error(`the daemon was pid ${before ?? 'none'} and is now ${daemon.pid}`);
        return [...details, `the daemon is still pid ${daemon.pid}`];
      },
    },
    {
      name: 'repair',
      title: `somebody removes ${SECOND} by hand; the node puts it back`,
      act: async () => {
        await stage.ec2.send(
          new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: world.data.id, PrivateIpAddresses: [SECOND] }),
        );
        await stage.namespace?.ip('addr', 'del', `${SECOND}/32`, 'dev', DATA_NIC);
        const eni = until(`${SECOND} back on the ENI`, REPAIR_MS, stage.eni, (e) => e.secondary.includes(SECOND));
        const nic = until(
          `${SECOND} back on ${DATA_NIC}`,
          REPAIR_MS,
          stage.nic,
          (a) => !bind || a.some((x) => x.address === SECOND),
        );
        await Promise.all([eni, nic]);
        return [
          `$ aws ec2 unassign-private-ip-addresses --network-interface-id ${world.data.id} --private-ip-addresses ${SECOND}`,
          ...(bind ? [`$ ip addr del ${SECOND}/32 dev ${DATA_NIC}`] : []),
        ];
      },
    },
    {
      name: 'destroy',
      title: 'terraform destroy leaves nothing of ours behind',
      act: async () => {
        const { details } = await planAndApply(terraform, '-destroy');
        await expectHolds(null, [FIRST, SECOND]);
        return details;
      },
    },
  ];
}
