import type { EC2Client } from '@aws-sdk/client-ec2';
import type { VpcProcess } from './vpc-process';
import type { World } from './world';

/** What the daemon's node.yaml says of AWS. */
export interface NodeAws {
  aws: { region?: string; ec2_endpoint?: string; imds_endpoint?: string };
  nics: Record<string, { eni?: string; mac?: string; subnet?: string; subnet_cidr?: string; primary?: string }>;
  /** Variables the daemon needs beside its own environment without `AWS_…`. */
  env: NodeJS.ProcessEnv;
}

/** What stands for AWS: an emulator, an emulator in front of LocalStack, or AWS itself. */
export interface Cloud {
  /** With an administrator's rights. */
  ec2: EC2Client;
  world: World;
  /** Steers faults, policies and recorded calls; null on AWS itself. */
  control: VpcProcess | null;
  node: NodeAws;
}
