import { type ClusterStatus, NodeStatus } from '@tg/api';
import { CommandFailure } from './failure';
import { loadConfig } from './load-config';
import { complaintOf, connectLocally, type LocalClient } from './local-client';

/** The running daemon of this node, and its cluster as it sees it. */
export interface ClusterHere {
  client: LocalClient;
  uid: string;
  cluster: ClusterStatus;
  /** The cluster as it is now. */
  look: () => Promise<ClusterStatus>;
}

/** Asks the daemon of this node. Rejects with exit code 3 when it does not run, 1 when it is in no cluster. */
export async function clusterHere(configFile: string): Promise<ClusterHere> {
  const { data_dir, uid } = await loadConfig(configFile);
  const client = await connectLocally(data_dir);
  if (client === null) {
    throw new CommandFailure('the daemon does not run here: start it with tg-node run, or ask on the other member.', 3);
  }
  const look = async (): Promise<ClusterStatus> => {
    const answer = await client.call('GET', `/node/${uid}/status`);
    if (answer.status !== 200) throw new CommandFailure(complaintOf(answer));
    const { cluster } = NodeStatus.parse(answer.body);
    if (cluster === undefined) {
      throw new CommandFailure(
        'this node is in no cluster: tg-node init --cluster begins one, tg-node join joins one.',
      );
    }
    return cluster;
  };
  return { client, uid, cluster: await look(), look };
}
