import { startAgent } from '../agent';
import { createLogger } from '../logger';
import { CommandFailure } from './failure';
import { loadConfig } from './load-config';

/** A stop that takes longer is ended by force; the next start cleans up. */
const STOP_MS = 20_000;

/** `tg-node run`: serves until SIGTERM or SIGINT, then stops cleanly; a second signal ends it at once. */
export async function run(options: { config: string; ignoreSecondActor: boolean }): Promise<number> {
  const config = await loadConfig(options.config);
  if (options.ignoreSecondActor) config.os.ignore_second_actor = true;
  const logger = createLogger(config.log_level);
  const signalled = firstSignal();
  const agent = await startAgent(config, logger).catch((cause: unknown) => {
    throw new CommandFailure(cause instanceof Error ? cause.message : String(cause), 1, { cause });
  });
  process.stdout.write(`tg-node ready ${agent.url} pid ${process.pid}\n`);
  logger.info({ signal: await signalled }, 'signal');
  const late = setTimeout(() => {
    logger.error({ seconds: STOP_MS / 1000 }, 'the stop took too long; the next start cleans up');
    process.exit(1);
  }, STOP_MS);
  await agent.stop();
  clearTimeout(late);
  return 0;
}

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let seen = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (seen) process.exit(signal === 'SIGINT' ? 130 : 143);
      seen = true;
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
