/** What a link shows of itself and asks of its peer, whichever of the two forms it came from. */
export interface Credentials {
  /** `key`: the shared cluster key; `files`: certificates supplied by their owner. */
  form: 'key' | 'files';
  /** PEM: this node's certificate (chain) and its private key. */
  cert: string;
  key: string;
  /** PEM: whom a peer's certificate must chain to. */
  ca: string;
}
