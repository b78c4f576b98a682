import { Agent as HttpAgent } from 'node:http';
import {
  AssignPrivateIpAddressesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  UnassignPrivateIpAddressesCommand,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import { Ec2Error, type Ec2Port, type EniView, type Holder } from '../reconciler/ports';
import { classify } from './classify';
import { cacheCredentials, credentialSource, type Credentials } from './credentials';
import type { Imds } from './imds';
import { WarmAgent } from './warm-agent';

/** Options of {@link connectEc2}. */
export interface Ec2Options {
  region: string;
  /** Default: EC2's own in the region. */
  endpoint?: string | undefined;
  /** Where the credentials of the instance profile come from, after environment and shared files. */
  imds: Imds;
  /** Instead of all of them. */
  credentials?: (() => Promise<Credentials>) | undefined;
  /** Trusted besides the system's certificate authorities, PEM. */
  ca?: string | undefined;
  timeouts?: Partial<Ec2Timeouts>;
}

/** In milliseconds. */
export interface Ec2Timeouts {
  connect: number;
  /** Until the answer begins. */
  request: number;
  /** Of a whole operation, all its pages included. */
  operation: number;
}

/** EC2 by the AWS SDK. */
export interface Ec2Connection extends Ec2Port {
  /** Fetches credentials and opens a connection ahead of need. Rejects with an {@link Ec2Error} without credentials. */
  warm(): Promise<void>;
  close(): void;
}

const TIMEOUTS: Ec2Timeouts = { connect: 1000, request: 3000, operation: 4500 };
/** How often credentials are checked for their end. */
const RENEW_MS = 60_000;
/** Bounds a look-up that answers nothing but further pages. */
const MAX_PAGES = 50;

/** Connects to EC2 in one region. Nothing is sent before the first call. One attempt each: repeating is the caller's. */
export function connectEc2(options: Ec2Options): Ec2Connection {
  const { region, endpoint, imds, ca } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const url = new URL(endpoint ?? `https://ec2.${region}.${domainOf(region)}`);
  const tls = ca === undefined ? {} : { ca };
  const httpsAgent = new WarmAgent({ host: url.hostname, port: Number(url.port || 443) }, tls);
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 16 });
  const cache = cacheCredentials(options.credentials ?? credentialSource(imds));
  const provider = Object.assign(() => cache.get(), { memoized: true });

  // On Node 20 the SDK prints a warning at each start, which is the packager's business, not the user's.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const client = new EC2Client({
    region,
    ...(endpoint !== undefined && { endpoint }),
    credentials: provider,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: timeouts.connect,
      requestTimeout: timeouts.request,
      throwOnRequestTimeout: true,
      socketTimeout: timeouts.request,
      httpsAgent,
      httpAgent,
    },
  });
  let renew: NodeJS.Timeout | null = null;

  /** Runs one operation under the total deadline, and the caller's signal. */
  async function operate<T>(
    signal: AbortSignal | undefined,
    work: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(timeouts.operation);
    const abortSignal = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    try {
      return await work({ abortSignal });
    } catch (error) {
      const classified = classify(error);
      if (classified.reason === 'credentials') cache.drop();
      throw classified;
    }
  }

  return {
    assign: ({ eniId, addresses, allowReassignment }, signal) =>
      operate(signal, async (call) => {
        const PrivateIpAddresses = [...addresses];
        await client.send(
          new AssignPrivateIpAddressesCommand({
            NetworkInterfaceId: eniId,
            PrivateIpAddresses,
            // Absent and false are the same to EC2; absent is what was observed.
            ...(allowReassignment && { AllowReassignment: true }),
          }),
          call,
        );
      }),

    unassign: ({ eniId, addresses }, signal) =>
      operate(signal, async (call) => {
        const PrivateIpAddresses = [...addresses];
        await client.send(
          new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: eniId, PrivateIpAddresses }),
          call,
        );
      }),

    describeEni: (eniId, signal) =>
      operate(signal, async (call) => {
        const { NetworkInterfaces = [] } = await client.send(
          new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eniId] }),
          call,
        );
        const found = NetworkInterfaces.find((eni) => eni.NetworkInterfaceId === eniId);
        if (found === undefined) {
          // Only an answer that names it missing is proof that it is.
          throw new Ec2Error('unknown', 'retry-later', 'EmptyAnswer', `EC2's answer does not contain ${eniId}`);
        }
        return viewOf(eniId, found);
      }),

    findHolder: ({ address, subnetId }, signal) =>
      operate(signal, async (call) => {
        let NextToken: string | undefined;
        for (let page = 0; page < MAX_PAGES; page += 1) {
          const answer = await client.send(
            new DescribeNetworkInterfacesCommand({
              Filters: [
                { Name: 'addresses.private-ip-address', Values: [address] },
                { Name: 'subnet-id', Values: [subnetId] },
              ],
              ...(NextToken !== undefined && { NextToken }),
            }),
            call,
          );
          for (const eni of answer.NetworkInterfaces ?? []) {
            const holder = holderOf(eni, address);
            if (holder !== null) return holder;
          }
          // A short page, or an empty one, says nothing about the next.
          if (answer.NextToken === undefined || answer.NextToken === '') return null;
          NextToken = answer.NextToken;
        }
        throw new Ec2Error('unknown', 'retry-later', 'TooManyPages', `the look-up of ${address} has no end`);
      }),

    async warm() {
      try {
        await cache.get();
      } catch (error) {
        throw classify(error);
      }
      if (url.protocol === 'https:') httpsAgent.warm();
      renew ??= setInterval(() => {
        // Its failure shows in the call that needs them.
        cache.get().catch(() => undefined);
      }, RENEW_MS).unref();
    },

    close() {
      if (renew !== null) clearInterval(renew);
      renew = null;
      client.destroy();
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

const domainOf = (region: string): string => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');

function viewOf(eniId: string, eni: NetworkInterface): EniView {
  const addresses = eni.PrivateIpAddresses ?? [];
  const secondary = addresses.filter((a) => a.Primary !== true).flatMap((a) => a.PrivateIpAddress ?? []);
  return {
    eniId,
    subnetId: eni.SubnetId ?? '',
    primary: eni.PrivateIpAddress ?? addresses.find((a) => a.Primary)?.PrivateIpAddress ?? '',
    secondary,
    sourceDestCheck: eni.SourceDestCheck ?? true,
  };
}

/** The ENI as holder of `address`; null when it does not have it (a filter may be answered too generously). */
function holderOf(eni: NetworkInterface, address: string): Holder | null {
  const found = (eni.PrivateIpAddresses ?? []).find((a) => a.PrivateIpAddress === address);
  if (eni.NetworkInterfaceId === undefined || found === undefined) return null;
  const instanceId = eni.Attachment?.InstanceId;
  return {
    eniId: eni.NetworkInterfaceId,
    primary: found.Primary === true,
    ...(instanceId !== undefined && { instanceId }),
    ...(eni.Description !== undefined && eni.Description !== '' && { description: eni.Description }),
  };
}
