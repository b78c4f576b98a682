import { DynamicValue } from '../../protocol/tfplugin6.generated';
import { stream, unary } from '../../protocol/rpc';
import { streamMethod, unaryMethod, type CallContext, type Method } from '../method';
import { servePlugin } from '../serve';

/** Reasons for which calls were aborted, oldest first. */
const aborted: string[] = [];
let produced = 0;
const connections = new WeakMap<object, number>();
let connectionCount = 0;

const on = (name: string, handle: (request: DynamicValue, context: CallContext) => Promise<Partial<DynamicValue>>) =>
  unaryMethod(unary(`/test.Exercise/${name}`, DynamicValue, DynamicValue), handle);
const json = (value: unknown) => ({ json: Buffer.from(JSON.stringify(value)) });

/** A plugin whose methods do what a test of the host needs. Their messages are all DynamicValue. */
void servePlugin({
  name: 'exercise',
  address: 'registry.terraform.io/test/exercise',
  version: '0.0.1',
  methods: new Map<string, Method>([
    on('Echo', (request) => Promise.resolve(request)),
    on('Fail', () => Promise.reject(new Error('100 % wrong: für\nimmer'))),
    on('Crash', () => {
      setImmediate(() => {
        throw new Error('crashed on demand');
      });
      return new Promise(() => undefined);
    }),
    on('Reject', () => {
      void Promise.reject(new Error('nobody waits for this'));
      return new Promise(() => undefined);
    }),
    on(
      'Wait',
      (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            const { message } = signal.reason as Error;
            aborted.push(message);
            resolve(json(message));
          });
        }),
    ),
    on('Aborted', () => Promise.resolve(json(aborted))),
    on('Produced', () => Promise.resolve(json(produced))),
    on('Connection', (_, { connection }) => {
      const id = connections.get(connection) ?? ++connectionCount;
      connections.set(connection, id);
      return Promise.resolve(json(id));
    }),
    on('Stop', (_, { stop }) => {
      stop();
      return Promise.resolve({});
    }),
    on('Log', (_, { log }) => {
      log.warn('a warning', { answer: 42 });
      return Promise.resolve({});
    }),
    streamMethod(stream('/test.Exercise/Count', DynamicValue, DynamicValue), async function* (request) {
      const { count, size, fail } = JSON.parse(Buffer.from(request.json).toString()) as Record<string, number>;
      for (let i = 0; i < (count ?? 0); i++) {
        produced++;
        yield { json: Buffer.from(String(i)), msgpack: Buffer.alloc(size ?? 0) };
        await new Promise(setImmediate);
      }
      if (fail) throw new Error('stopped half way');
    }),
  ]),
  onShutdown: () => void process.stderr.write('shut down\n'),
});
