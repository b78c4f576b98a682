/** What a taker prints, one JSON object a line; moments of the lab's clock. */
export type TakerEvent =
  | { kind: 'ready' }
  /** It stands by, with nothing bound. */
  | { kind: 'stands-by' }
  | ({ kind: 'took' } & Took);

/** The moments of one takeover. */
export interface Took {
  /** `take()` was called. */
  decided: number;
  /** The EC2 port was called. */
  called: number;
  /** The request was written to the connection. */
  sent: number;
  /** EC2's answer was there. */
  confirmed: number;
  /** The port had bound it, rules included; the kernel has the address before that. */
  bound: number;
  /** A look at the ENI and a listing of the NIC, both begun after the fact, had shown the address. */
  verified: number;
}

/** What a taker is told on its command line, as JSON. */
export interface TakerSetup {
  region: string;
  ec2Endpoint: string;
  imdsEndpoint: string;
  dataDir: string;
  address: string;
  nic: { eniId: string; subnetId: string; subnetCidr: string; primary: string; gateway: string };
  memberEnis: string[];
}
