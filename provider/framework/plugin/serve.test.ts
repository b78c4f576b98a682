import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DynamicValue } from '../protocol/tfplugin6.generated';
import { MAGIC_COOKIE } from './handshake';
import { build, parseHandshake, startPlugin, type Built, type ChildPlugin } from './testing/child-plugin';
import { connect, frameOf } from './testing/grpc-client';

let built: Built;
beforeAll(() => {
  built = build('exercise-main.ts');
});
afterAll(() => built.remove());

describe.each(['node', 'bun'] as const)('under %s', (runtime) => {
  const plugins: ChildPlugin[] = [];
  let folder: string;
  const start = (env: Record<string, string | undefined> = {}, ...args: string[]) => {
    const plugin = startPlugin([...built.commands[runtime], ...args], { TMPDIR: folder, ...env });
    plugins.push(plugin);
    return plugin;
  };
  const byHand = (...args: string[]) => start({ [MAGIC_COOKIE.name]: undefined }, ...args);
  const exercise = async (plugin: ChildPlugin, method: string) => {
    const client = await connect(parseHandshake(await plugin.line));
    const stream = client.open(`/test.Exercise/${method}`).on('error', () => undefined);
    stream.end(frameOf(DynamicValue.encode({})));
    return client;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'serve-'));
  });
  afterEach(async () => {
    await Promise.all(plugins.splice(0).map((plugin) => plugin.kill()));
    rmSync(folder, { recursive: true });
  });

  test('started by hand it explains itself and exits with 1', async () => {
    const plugin = byHand();
    expect(await plugin.ended).toBe(1);
    expect(plugin.stdout()).toBe('');
    expect(plugin.stderr()).toContain('terraform-provider-exercise is a Terraform provider');
    expect(plugin.stderr()).toContain('exercise = { source = "test/exercise" }');
  });

  test('a wrong cookie counts as by hand', async () => {
    expect(await start({ [MAGIC_COOKIE.name]: 'wrong' }).ended).toBe(1);
  });

  test('--version', async () => {
    const plugin = byHand('--version');
    expect([await plugin.ended, plugin.stdout()]).toEqual([0, 'terraform-provider-exercise 0.0.1\n']);
  });

  test('a client without a certificate has TLS switched off: the line says so, and plain HTTP/2 is served', async () => {
    const plugin = start();
    expect(await plugin.line).toMatch(/^1\|6\|unix\|.+\|grpc\|$/);
    const client = await connect(parseHandshake(await plugin.line));
    expect((await client.raw('/test.Exercise/Echo', frameOf(Buffer.alloc(0)))).status).toBe(0);
    await client.close();
  });

  test('a client certificate that is none ends the plugin with a reason, rather than serve anyone', async () => {
    const plugin = start({ PLUGIN_CLIENT_CERT: 'not a certificate' });
    await expect(plugin.line).rejects.toThrow(
      'panic: Error: The certificate that the client passed in PLUGIN_CLIENT_CERT cannot be read.',
    );
    expect(await plugin.ended).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('Ctrl-C in the terminal does not end it; SIGTERM does, and leaves no socket', async () => {
    const plugin = start();
    const { address } = parseHandshake(await plugin.line);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    plugin.process.kill('SIGINT');
    const client = await connect(parseHandshake(await plugin.line));
    expect((await client.raw('/test.Exercise/Echo', frameOf(Buffer.alloc(0)))).status).toBe(0);
    plugin.process.kill('SIGTERM');
    expect(await plugin.ended).toBe(143);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['Crash', 'panic: Error: crashed on demand'],
    ['Reject', 'panic: Error: nobody waits for this'],
  ])(
    '%s: the stack goes to stderr in the form Terraform shows, the exit code is 2, the socket is gone',
    async (method, line) => {
      const plugin = start();
      const client = await exercise(plugin, method);
      expect(await plugin.ended).toBe(2);
      expect(plugin.stderr().split('\n').slice(0, 3)).toEqual([line, '', 'terraform-provider-exercise 0.0.1']);
      expect(plugin.stderr()).toMatch(/\n {4}at .+provider\.cjs:\d+/);
      expect(readdirSync(folder)).toEqual([]);
      await client.close();
    },
  );

  test('logs appear on stderr when they are wanted, and else not', async () => {
    const [loud, silent] = [start({ TF_LOG_PROVIDER_EXERCISE: 'warn' }), start()];
    for (const plugin of [loud, silent]) {
      const client = await connect(parseHandshake(await plugin.line));
      await client.raw('/test.Exercise/Log', frameOf(Buffer.alloc(0)));
      await client.close();
      plugin.process.kill('SIGTERM');
      await plugin.ended;
    }
    expect(JSON.parse(loud.stderr().split('\n')[0] ?? '')).toMatchObject({
      '@level': 'warn',
      '@message': 'a warning',
      '@module': 'exercise',
      tf_rpc: 'Log',
      answer: 42,
    });
    expect(silent.stderr()).toBe('shut down\n');
  });

  test('--debug says how to attach, serves without TLS, and ends with Ctrl-C', async () => {
    const plugin = byHand('--debug');
    await plugin.line;
    const said = /TF_REATTACH_PROVIDERS='(.*)'/.exec(plugin.stdout());
    const config = JSON.parse(said?.[1] ?? '') as Record<
      string,
      { Pid: number; Addr: { Network: 'unix'; String: string } }
    >;
    const { Pid, Addr } = config['registry.terraform.io/test/exercise']!;
    expect(Pid).toBe(plugin.process.pid);
    const client = await connect({ network: Addr.Network, address: Addr.String });
    expect((await client.raw('/test.Exercise/Echo', frameOf(Buffer.alloc(0)))).status).toBe(0);
    plugin.process.kill('SIGINT');
    expect(await plugin.ended).toBe(0);
    expect(existsSync(Addr.String)).toBe(false);
  });

  test('it does not outlive a Terraform that was killed', async () => {
    // A parent that starts the plugin, passes its line on, and is killed.
    const script = `const { spawn } = require('node:child_process');
      spawn(process.argv[1], process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit'] });
      setInterval(() => undefined, 1000);`;
    const parent = startPlugin([process.execPath, '-e', script, ...built.commands[runtime]], { TMPDIR: folder });
    plugins.push(parent);
    await parent.line;
    parent.process.kill('SIGKILL');
    // `ended` waits for stdout to be closed too, and the plugin holds it.
    expect(await parent.ended).toBe('SIGKILL');
    expect(parent.stderr()).toBe('shut down\n');
    expect(readdirSync(folder)).toEqual([]);
  }, 20_000);
});

test('a stdout that nobody reads is no crash', async () => {
  const plugin = startPlugin([...built.commands.node, '--version'], { [MAGIC_COOKIE.name]: undefined });
  plugin.process.stdout?.destroy();
  expect(await plugin.ended).toBe(0);
  expect(plugin.stderr()).toBe('');
});
