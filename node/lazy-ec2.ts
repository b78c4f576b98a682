import { Ec2Error, type Ec2Port } from './reconciler/ports';

/** An EC2 port whose connection comes later: the region may have to be learned from the instance metadata first. */
export interface LazyEc2 extends Ec2Port {
  readonly connected: boolean;
  connect(port: Ec2Port): void;
}

/** Until `connect`, every call fails as something to be tried again later; `why` says what is missing. */
export function createLazyEc2(why: () => string): LazyEc2 {
  let port: Ec2Port | null = null;
  const connected = (): Ec2Port => {
    if (port !== null) return port;
    throw new Ec2Error('unreachable', 'retry-later', 'NoRegion', `EC2 cannot be asked yet: ${why()}`);
  };
  return {
    get connected() {
      return port !== null;
    },
    connect(given) {
      port = given;
    },
    assign: async (request, signal) => connected().assign(request, signal),
    unassign: async (request, signal) => connected().unassign(request, signal),
    describeEni: async (eniId, signal) => connected().describeEni(eniId, signal),
    findHolder: async (request, signal) => connected().findHolder(request, signal),
  };
}
