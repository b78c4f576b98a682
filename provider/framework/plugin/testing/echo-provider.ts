import { Provider } from '../../protocol/tfplugin6.generated';
import { unaryMethod, type Method } from '../method';
import type { PluginOptions } from '../options';

/**
 * The least provider that Terraform can plan and apply with: resource `echo_text` has one attribute, `text`, and holds what it is told.
 * Values pass through as the bytes they came in, so that a test of the plugin host depends on no codec.
 */
export const echoProvider: PluginOptions = {
  name: 'echo',
  address: 'registry.terraform.io/test/echo',
  version: '1.2.3',
  methods: new Map<string, Method>([
    unaryMethod(Provider.GetProviderSchema, () => Promise.resolve(SCHEMA)),
    unaryMethod(Provider.ValidateProviderConfig, () => Promise.resolve({})),
    unaryMethod(Provider.ConfigureProvider, () => Promise.resolve({})),
    unaryMethod(Provider.ValidateResourceConfig, () => Promise.resolve({})),
    unaryMethod(Provider.UpgradeResourceState, ({ rawState }) =>
      Promise.resolve({ upgradedState: { json: rawState?.json } }),
    ),
    unaryMethod(Provider.ReadResource, ({ currentState }) => Promise.resolve({ newState: currentState })),
    unaryMethod(Provider.PlanResourceChange, ({ proposedNewState }, { log }) => {
      log.info('echo plans', { shout: 'Ω' });
      return Promise.resolve({ plannedState: proposedNewState });
    }),
    unaryMethod(Provider.ApplyResourceChange, ({ priorState, plannedState }, { signal, log }) => {
      const text = Buffer.from(plannedState?.msgpack ?? []);
      if (text.includes('crash')) setImmediate(crash);
      else if (!text.includes('wait')) return Promise.resolve({ newState: plannedState });
      log.info('echo waits');
      return new Promise((resolve) => {
        const tell = () =>
          resolve({ newState: priorState, diagnostics: [{ severity: 'ERROR', summary: String(signal.reason) }] });
        signal.addEventListener('abort', tell);
      });
    }),
    unaryMethod(Provider.StopProvider, (_, { stop }) => {
      stop();
      return Promise.resolve({});
    }),
  ]),
};

function crash(): never {
  throw new TypeError('the echo was too loud');
}

const SCHEMA = {
  provider: { block: {} },
  resourceSchemas: new Map([
    ['echo_text', { block: { attributes: [{ name: 'text', type: Buffer.from('"string"'), optional: true }] } }],
  ]),
  serverCapabilities: { planDestroy: true, getProviderSchemaOptional: true },
};
