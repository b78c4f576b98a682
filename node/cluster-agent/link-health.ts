import type { Link } from '../os/parse';

/** Whether the NICs that matter have a link. */
export interface LinkHealth {
  /** What is wrong, each a sentence; empty: healthy. */
  problems(): readonly string[];
  /** Looks again; resolves to whether something changed. */
  review(): Promise<boolean>;
}

/** Where links are read from, and which count. */
export interface LinkHealthOptions {
  links: () => Promise<readonly Link[]>;
  /** The NICs that matter, those excepted whose link node.yaml says to ignore. */
  nics: () => Iterable<string>;
}

/** Knows of no problem until the first review; what cannot be read is no news. */
export function createLinkHealth({ links, nics }: LinkHealthOptions): LinkHealth {
  let problems: readonly string[] = [];
  return {
    problems: () => problems,
    async review() {
      const found = await links().catch(() => null);
      if (found === null) return false;
      const wanted = [...new Set(nics())];
      const now = wanted.flatMap((nic) => {
        const link = found.find(({ device }) => device === nic);
        if (link === undefined) return [`${nic} is not there: this host has no such NIC.`];
        if (!link.up) {
          return [`${nic} has no link (nics.${nic}.ignore_link: true in node.yaml makes that no reason to step down).`];
        }
        return [];
      });
      const changed = now.join('\n') !== problems.join('\n');
      problems = now;
      return changed;
    },
  };
}
