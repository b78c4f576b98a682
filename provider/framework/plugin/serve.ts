import { setting } from './environment';
import { handshakeLine, reattachConfig, startedByTerraform } from './handshake';
import { stderrLogger } from './hclog';
import { reportCrashes } from './crash';
import { startHost, type Host } from './host';
import type { Logger } from './logger';
import type { PluginOptions } from './options';
import { writeNow } from './write-now';

/** How long `onShutdown` may take: Terraform kills a plugin two seconds after it asked it to end. */
const SHUTDOWN_MS = 1500;

/** How often a plugin looks whether the Terraform that started it is still there. */
const ORPHAN_CHECK_MS = 2000;

/**
 * Runs this process as the plugin and ends it when Terraform is done with it; the one call in a provider's main file. Started by hand
 * it says what it is and exits with 1; with `--debug` it serves a Terraform that is told where by TF_REATTACH_PROVIDERS, until Ctrl-C.
 */
export async function servePlugin(options: PluginOptions): Promise<void> {
  const [argument] = process.argv.slice(2);
  if (argument === '--debug' || argument === '-debug') await serveDebug(options);
  else if (argument === '--version') writeNow(1, `terraform-provider-${options.name} ${options.version}\n`);
  else if (startedByTerraform(process.env)) await serveTerraform(options);
  else {
    writeNow(2, explanation(options));
    process.exitCode = 1;
  }
}

async function serveTerraform(options: PluginOptions): Promise<void> {
  reportCrashes(options.name, options.version);
  // Ctrl-C in the terminal reaches every process in it. The user's wish to stop comes as the StopProvider call.
  process.on('SIGINT', () => undefined);
  const log = stderrLogger(options.name, process.env);
  const host = await start(options, log, setting(process.env, 'PLUGIN_CLIENT_CERT'));
  endWithTerraform(() => void shutDown(host, options, log, 0));
  writeNow(1, handshakeLine(host.endpoint, host.certificate, process.env));
}

async function serveDebug(options: PluginOptions): Promise<void> {
  const log = stderrLogger(options.name, process.env);
  const host = await start(options, log, undefined);
  process.once('SIGINT', () => void shutDown(host, options, log, 0));
  writeNow(1, debugInstructions(options, host));
}

async function start(options: PluginOptions, log: Logger, clientCertificate: string | undefined): Promise<Host> {
  const { name, methods } = options;
  const host = await startHost({
    name: `terraform-provider-${name}`,
    methods,
    log,
    clientCertificate,
    env: process.env,
    onShutdown: () => void shutDown(host, options, log, 0),
  });
  process.on('exit', () => host.remove());
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void shutDown(host, options, log, 128 + (signal === 'SIGTERM' ? 15 : 1)));
  }
  return host;
}

let ending = false;

async function shutDown(host: Host, options: PluginOptions, log: Logger, exitCode: number): Promise<void> {
  if (ending) return;
  ending = true;
  const patience = setTimeout(() => {
    log.warn('the provider did not shut down in time', { ms: SHUTDOWN_MS });
    process.exit(exitCode);
  }, SHUTDOWN_MS);
  await host.close();
  await options.onShutdown?.();
  clearTimeout(patience);
  log.debug('plugin stopped');
  process.exit(exitCode);
}

/** A Terraform that was killed says nothing; then another process is this one's parent. Windows keeps the old number. */
function endWithTerraform(orphaned: () => void): void {
  if (process.platform === 'win32') return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) orphaned();
  }, ORPHAN_CHECK_MS).unref();
}

function explanation({ name, address }: PluginOptions): string {
  return `terraform-provider-${name} is a Terraform provider: Terraform starts it, and on its own it does nothing.

Name it in your configuration, then run 'terraform init':

  terraform {
    required_providers {
      ${name} = { source = "${address.replace(/^registry\.terraform\.io\//, '')}" }
    }
  }

To run it under a debugger: terraform-provider-${name} --debug
`;
}

function debugInstructions({ name, address }: PluginOptions, host: Host): string {
  return `terraform-provider-${name} is running, process ${process.pid}. Terraform uses it when it finds in its environment:

\tTF_REATTACH_PROVIDERS='${reattachConfig(address, host.endpoint, process.pid)}'

Stop it with Ctrl-C.
`;
}
