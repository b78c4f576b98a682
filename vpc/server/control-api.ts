import type { PolicyDocument } from '../iam/policy';
import type { Fault } from './fault';
import type { RunningVpc, Timing } from './running-vpc';

/** An answer of the control API. */
export interface ControlAnswer {
  status: number;
  body: unknown;
}

const ok = (body: unknown = {}): ControlAnswer => ({ status: 200, body });
const bad = (status: number, message: string): ControlAnswer => ({ status, body: { message } });

/**
 * The control API below `/_vpc/`: JSON in, JSON out; a bad request gets 400 and `{"message": sentence}`. It asks for no
 * credentials: whoever reaches the emulator may use it.
 */
export async function control(vpc: RunningVpc, method: string, path: string, text: string): Promise<ControlAnswer> {
  const route = `${method} ${path.replace(/^\/_vpc\/instances\/[^/]+\//, '/_vpc/instances/ID/')}`;
  const instanceId = decodeURIComponent(/^\/_vpc\/instances\/([^/]+)\//.exec(path)?.[1] ?? '');
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return bad(400, 'The body is not JSON.');
  }
  try {
    switch (route) {
      case 'GET /_vpc/health':
        return ok({ status: 'ready', kind: vpc.kind, region: vpc.region, account: vpc.account });
      case 'POST /_vpc/imds':
        return ok(await vpc.imds(instanceIdOf(body)));
      case 'GET /_vpc/instances/ID/policy':
        return ok(await vpc.policy(instanceId));
      case 'PUT /_vpc/instances/ID/policy':
        vpc.setPolicy(instanceId, body as PolicyDocument);
        return ok();
      case 'DELETE /_vpc/instances/ID/policy':
        vpc.setPolicy(instanceId, null);
        return ok();
      case 'GET /_vpc/instances/ID/policy-use':
        return ok(await vpc.policyUse(instanceId));
      case 'POST /_vpc/faults':
        vpc.addFault(body as Fault);
        return ok();
      case 'DELETE /_vpc/faults':
        vpc.clearFaults();
        return ok();
      case 'GET /_vpc/calls':
        return ok(vpc.calls());
      case 'DELETE /_vpc/calls':
        vpc.clearCalls();
        return ok();
      case 'GET /_vpc/timing':
        return ok(vpc.timing());
      case 'PUT /_vpc/timing':
        vpc.setTiming(body as Partial<Timing>);
        return ok(vpc.timing());
      case 'POST /_vpc/reset':
        await vpc.reset();
        return ok();
      default:
        return bad(404, `The control API has no ${method} ${path}.`);
    }
  } catch (error) {
    return bad(400, error instanceof Error ? error.message : String(error));
  }
}

function instanceIdOf(body: unknown): string {
  const id = typeof body === 'object' && body !== null && 'instanceId' in body ? body.instanceId : undefined;
  if (typeof id !== 'string') throw new Error('The body must be {"instanceId": "i-…"}.');
  return id;
}
