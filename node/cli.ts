import { parseArgs, type ParseArgsConfig } from 'node:util';
import { configGet, configSet } from './cli/config';
import { conflictsClear, conflictsList } from './cli/conflicts';
import { doctor } from './cli/doctor';
import { failover } from './cli/failover';
import { CommandFailure } from './cli/failure';
import { HELP } from './cli/help';
import { init } from './cli/init';
import { join, leave } from './cli/join';
import { DEFAULT_CONFIG } from './cli/load-config';
import { run } from './cli/run';
import { status } from './cli/status';
import { HEARTBEAT_PORT } from './cluster-section';
import { StoreError } from './store/config-store';
import { VERSION } from './version';

const CONFIG = { config: { type: 'string', default: DEFAULT_CONFIG }, help: { type: 'boolean' } } as const;

/** Runs `tg-node ARGS`; resolves to its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [command = '', ...rest] = args;
  try {
    return await dispatch(command, rest);
  } catch (error) {
    if (error instanceof CommandFailure || error instanceof StoreError) {
      process.stderr.write(`tg-node: ${error.message}\n`);
      return error instanceof CommandFailure ? error.code : 1;
    }
    throw error;
  }
}

async function dispatch(command: string, args: string[]): Promise<number> {
  switch (command) {
    case 'run': {
      const { values } = parse(command, args, {
        ...CONFIG,
        'ignore-second-actor': { type: 'boolean', default: false },
      });
      if (values.help) return help(command);
      return run({ config: values.config, ignoreSecondActor: values['ignore-second-actor'] });
    }
    case 'status': {
      const { values } = parse(command, args, { ...CONFIG, json: { type: 'boolean', default: false } });
      if (values.help) return help(command);
      return status({ config: values.config, json: values.json });
    }
    case 'config': {
      const { values, positionals } = parse(command, args, CONFIG, true);
      if (values.help) return help(command);
      const [verb, nic, ...assignments] = positionals;
      if (verb === 'get' && assignments.length === 0) return configGet({ config: values.config, nic });
      if (verb === 'set' && nic !== undefined && assignments.length > 0) {
        return configSet({ config: values.config, nic, assignments });
      }
      throw usage(command, 'say config get [NIC], or config set NIC FIELD=VALUE...');
    }
    case 'init': {
      const text = { type: 'string' } as const;
      const { values } = parse(command, args, {
        help: { type: 'boolean' },
        dir: { type: 'string', default: '/etc/tg-node' },
        fqdn: text,
        'data-dir': text,
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '8443' },
        nic: { type: 'string', multiple: true, default: [] },
        'drop-in-dir': text,
        cluster: text,
        'heartbeat-host': text,
        'heartbeat-port': { type: 'string', default: String(HEARTBEAT_PORT) },
      });
      if (values.help) return help(command);
      const { dir, fqdn, host, nic } = values;
      const dropInDir = values['drop-in-dir'];
      return init({
        dir,
        fqdn,
        dataDir: values['data-dir'],
        host,
        port: Number(values.port),
        nics: nic,
        dropInDir,
        cluster: values.cluster,
        heartbeatHost: values['heartbeat-host'],
        heartbeatPort: Number(values['heartbeat-port']),
      });
    }
    case 'join': {
      const text = { type: 'string' } as const;
      const { values } = parse(command, args, { ...CONFIG, peer: text, key: text, 'key-file': text, cluster: text });
      if (values.help) return help(command);
      const { config, peer, key, cluster } = values;
      return join({ config, peer, key, keyFile: values['key-file'], cluster });
    }
    case 'leave': {
      const { values } = parse(command, args, CONFIG);
      if (values.help) return help(command);
      return leave({ config: values.config });
    }
    case 'failover': {
      const { values } = parse(command, args, {
        ...CONFIG,
        to: { type: 'string' },
        wait: { type: 'string', default: '60' },
      });
      if (values.help) return help(command);
      return failover({ config: values.config, to: values.to, waitSeconds: Number(values.wait) });
    }
    case 'doctor': {
      const { values } = parse(command, args, CONFIG);
      if (values.help) return help(command);
      return doctor({ config: values.config });
    }
    case 'conflicts': {
      const { values, positionals } = parse(command, args, CONFIG, true);
      if (values.help) return help(command);
      const [verb = 'list', id, ...rest] = positionals;
      if (verb === 'list' && id === undefined) return conflictsList({ config: values.config });
      if (verb === 'clear' && id !== undefined && rest.length === 0)
        return conflictsClear({ config: values.config, id });
      throw usage(command, 'say conflicts, or conflicts clear ID');
    }
    case '--version':
    case 'version':
      process.stdout.write(`tg-node ${VERSION}\n`);
      return 0;
    case '--help':
    case '-h':
    case 'help':
      return help(args[0] ?? '');
    case '':
      process.stderr.write(HELP[''] ?? '');
      return 2;
    default:
      throw new CommandFailure(
        `there is no command ${command}; there are ${Object.keys(HELP).filter(Boolean).join(', ')} (tg-node --help).`,
        2,
      );
  }
}

function parse<T extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  args: string[],
  options: T,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args, options, allowPositionals, strict: true });
  } catch (error) {
    throw usage(command, error instanceof Error ? error.message : String(error));
  }
}

function usage(command: string, why: string): CommandFailure {
  return new CommandFailure(`${why}\n${HELP[command] ?? ''}`, 2);
}

function help(command: string): number {
  process.stdout.write(HELP[command] ?? HELP[''] ?? '');
  return 0;
}

if (require.main === module) {
  void main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(
        `tg-node: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      process.exitCode = 1;
    },
  );
}
