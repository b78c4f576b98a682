import { EC2Client } from '@aws-sdk/client-ec2';

// The SDK warns of Node versions on stderr of whoever uses it; package.json says which we support.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** A client of the emulated EC2 with an administrator's rights: what a person with the console open would do. */
export const administrator = (endpoint: string): EC2Client =>
  new EC2Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAADMINISTRATOR000', secretAccessKey: 'administrator' },
  });

/** A client of the real EC2, by the credentials of whoever runs the test. */
export const realAdministrator = (region: string): EC2Client => new EC2Client({ region });
