import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('tfplugin6.generated.ts is what scripts/protocol.mjs makes of tfplugin6.proto', () => {
  const script = join(__dirname, '../../../scripts/protocol.mjs');
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});
