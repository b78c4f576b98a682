import { EC2Client } from '@aws-sdk/client-ec2';

/** A client of the emulated EC2 with an administrator's rights: what a person with the console open would do. */
export const administrator = (endpoint: string): EC2Client =>
  new EC2Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAADMINISTRATOR000', secretAccessKey: 'administrator' },
  });
