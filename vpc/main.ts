import { HELP, readCommandLine } from './command-line';
import { startVpc } from './start-vpc';

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2));
  switch (line.kind) {
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'wrong':
      process.stderr.write(`vpc: ${line.sentence}\n`);
      process.exitCode = 2;
      return;
    case 'run': {
      const vpc = await startVpc(line.options);
      process.stdout.write(`vpc ready ${vpc.endpoint}\n`);
      const stop = (): void => void vpc.close();
      process.once('SIGTERM', stop);
      process.once('SIGINT', stop);
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`vpc: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
