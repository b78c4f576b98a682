import { DATA_NIC, until, type SecondGateway, type Stage, type Terraform } from '@tg/test';
import type { Step } from './story';
import { planAndApply } from './terraform-steps';

const ADDRESS = '10.0.1.50';
/** Timeout, hold-down and a start, on a busy machine. */
const LIMIT_MS = 60_000;

type Gateway = Pick<Stage, 'daemon' | 'eni' | 'nic'>;

/** Two gateways, one address: the active one is killed, the other one takes over, the first one comes back. */
export function secondAct(stage: Stage, second: SecondGateway, terraform: Terraform, bind: boolean): Step[] {
  const { foreign } = stage.world;

  /** Resolves when `holder` has the address at ENI and NIC and `other` at neither. */
  const heldBy = async (holder: Gateway, other: Gateway) => {
    const look = async () => {
      const [held, bound, stillHeld, stillBound] = await Promise.all([
        has(holder.eni),
        isBound(holder),
        has(other.eni),
        isBound(other),
      ]);
      return { held, bound, stillHeld, stillBound };
    };
    await until(
      `${ADDRESS} on ${holder.daemon.fqdn} alone`,
      LIMIT_MS,
      look,
      ({ held, bound, stillHeld, stillBound }) => held && !stillHeld && !stillBound && (bound || !bind),
    );
    if (!(await stage.eni()).secondary.includes(foreign)) throw new Error(`${foreign}, which is not ours, is gone`);
  };

  const lastFailover = async ({ daemon }: Gateway): Promise<string[]> => {
    const failover = (await daemon.status()).cluster?.lastFailover;
    if (!failover) throw new Error(`${daemon.fqdn} tells of no failover`);
    const { detected, claimed, bound } = failover.phasesMs;
    const phase = (text: string, ms: number | undefined) =>
      ms === undefined ? [] : [`${text} after ${Math.round(ms)} ms`];
    const since = [...phase('confirmed by EC2', claimed), ...(bind ? phase(`bound on ${DATA_NIC}`, bound) : [])];
    return [
      `${daemon.fqdn} took over (${failover.cause})${phase(', decided', detected).join('')}; from then on ${since.join(', ')}`,
    ];
  };

  return [
    {
      name: 'join',
      title: 'a second gateway: terraform makes the two a cluster, and gives it the address',
      act: async () => {
        const { details } = await planAndApply(terraform);
        await heldBy(stage, second);
        return details;
      },
    },
    {
      name: 'kill',
      title: 'kill -9 of the active daemon; the standby takes the address over, at the ENI and on its NIC',
      act: async () => {
        const pid = stage.daemon.pid() ?? 'none';
        const began = performance.now();
        await stage.daemon.kill();
        await heldBy(second, stage);
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        return [
          `$ kill -9 ${pid}`,
          ...(await lastFailover(second)),
          `${seconds} s from the kill until ENI and NIC of both were right; the Cluster Timeout is 3 s`,
        ];
      },
    },
    {
      name: 'return',
      title: 'the killed daemon comes back, and gets the address again (mode autoFailback)',
      act: async () => {
        const began = performance.now();
        await stage.daemon.start();
        await heldBy(stage, second);
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        return [...(await lastFailover(stage)), `${seconds} s from its start; it was handed over, not seized`];
      },
    },
  ];
}

const has = async (eni: Gateway['eni']) => (await eni()).secondary.includes(ADDRESS);
const isBound = async ({ nic }: Gateway) => (await nic()).some(({ address }) => address === ADDRESS);
