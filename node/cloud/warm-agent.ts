import { Agent, type AgentOptions, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';

/** A spare that the server keeps closing is not opened more often than this. */
const REOPEN_MS = 5000;

type Connected = (error: Error | null, stream: Duplex) => void;

/**
 * A keep-alive agent with one connection always open ahead of need, TLS handshake done: AWS closes idle connections
 * without notice, and the call that moves an address should not be the one to find that out.
 */
export class WarmAgent extends Agent {
  private spare: TLSSocket | null = null;
  private reopen: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    private readonly target: { host: string; port: number },
    private readonly tls: AgentOptions = {},
  ) {
    super({ ...tls, keepAlive: true, maxSockets: 16 });
  }

  /** Opens the spare connection unless there is one. A failure is no error: the next call connects for itself. */
  warm(): void {
    if (this.closed || this.spare !== null || this.reopen !== null) return;
    const { host, port } = this.target;
    const socket = connect({ ...this.tls, host, port, servername: host, ALPNProtocols: ['http/1.1'] });
    this.spare = socket;
    socket.setKeepAlive(true, 10_000);
    socket.unref();
    const gone = (): void => {
      if (this.spare === socket) this.spare = null;
      socket.destroy();
      this.reopenLater();
    };
    socket.once('error', gone);
    socket.once('close', gone);
    socket.once('end', gone);
    // Nothing was asked, so whatever arrives is a farewell.
    socket.once('data', gone);
    socket.once('tg-taken', () => {
      for (const event of ['error', 'close', 'end', 'data'] as const) socket.off(event, gone);
    });
  }

  /** True when a connection is open that no request has been sent on. */
  get isWarm(): boolean {
    return this.spare?.authorized === true && !this.spare.destroyed;
  }

  override createConnection(options: RequestOptions, connected?: Connected): Duplex | null | undefined {
    const { host, port } = options;
    const socket = this.spare;
    if (socket !== null && this.isWarm && host === this.target.host && Number(port) === this.target.port) {
      this.spare = null;
      socket.emit('tg-taken');
      socket.ref();
      this.reopenLater();
      return socket;
    }
    return super.createConnection(options, connected);
  }

  override destroy(): void {
    this.closed = true;
    if (this.reopen !== null) clearTimeout(this.reopen);
    this.spare?.destroy();
    this.spare = null;
    super.destroy();
  }

  private reopenLater(): void {
    if (this.closed || this.reopen !== null) return;
    this.reopen = setTimeout(() => {
      this.reopen = null;
      this.warm();
    }, REOPEN_MS);
    this.reopen.unref();
  }
}
