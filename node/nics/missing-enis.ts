import { Ec2Error, type Ec2Port } from '../reconciler/ports';

/** The same port; `onMissing` hears of every ENI that EC2 says does not exist, whatever becomes of that answer. */
export function reportMissingEnis(ec2: Ec2Port, onMissing: (eniId: string) => void): Ec2Port {
  const watching = async <T>(eniId: string, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (error instanceof Ec2Error && error.reason === 'eni-missing') onMissing(eniId);
      throw error;
    }
  };
  return {
    assign: (request, signal) => watching(request.eniId, ec2.assign(request, signal)),
    unassign: (request, signal) => watching(request.eniId, ec2.unassign(request, signal)),
    describeEni: (eniId, signal) => watching(eniId, ec2.describeEni(eniId, signal)),
    findHolder: (request, signal) => ec2.findHolder(request, signal),
  };
}
