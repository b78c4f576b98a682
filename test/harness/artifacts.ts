import { accessSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm run build` makes and the end-to-end runs use. */
export interface Artifacts {
  /** The plugin's executable. */
  provider: string;
  /** The daemon's bundle. */
  node: string;
  /** The VPC emulator's bundle. */
  vpc: string;
}

/** Finds them in a dist folder. Throws, naming the command that makes them, when one is missing. */
export function findArtifacts(dist: string): Artifacts {
  const artifacts = {
    provider: join(dist, process.platform === 'win32' ? 'terraform-provider-tg.exe' : 'terraform-provider-tg'),
    node: join(dist, 'tg-node.cjs'),
    vpc: join(dist, 'vpc.cjs'),
  };
  for (const file of Object.values(artifacts)) {
    try {
      accessSync(file);
    } catch {
      throw new Error(`${file} does not exist; run "npm run build" first`);
    }
  }
  return artifacts;
}
