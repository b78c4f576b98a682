/** A LocalStack that serves, or why there is none. */
export type LocalStack =
  | {
      endpoint: string;
      /** What runs, for people: version, and whether given, container or process. */
      how: string;
      /** Stops what was started; one that was given keeps running. */
      stop(): Promise<void>;
    }
  | { unavailable: string };

/** Its settings, wherever it runs: the three services, nothing fetched, nothing reported. */
export const SETTINGS: Readonly<Record<string, string>> = {
  SERVICES: 'ec2,iam,sts',
  EAGER_SERVICE_LOADING: '1',
  DISABLE_EVENTS: '1',
  SKIP_SSL_CERT_DOWNLOAD: '1',
  SKIP_INFRA_DOWNLOADS: '1',
  DNS_ADDRESS: '0',
};
