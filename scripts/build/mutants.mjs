/**
 * Broken copies of the rules, which the simulator has to catch. Each is a change of the sources while they are bundled: the
 * production code knows nothing of it. A text that is no longer found exactly once fails the build, so that none goes stale.
 */
export const MUTANTS = {
  'no-hold-down': [
    [
      'node/cluster/machine/hold-down.ts',
      'return { heldDownMs, heldDownUntil: now + heldDownMs };',
      'return { heldDownMs, heldDownUntil: now };',
    ],
  ],
  'no-ledger': [['test/simulation/production/daemon.ts', 'return structuredClone(confirmedHere);', 'return [];']],
  'no-term-check': [['node/cluster/machine/hear.ts', '...learnTerm(state, heartbeat),', '...state,']],
  'no-lifetime': [
    ['node/reconciler/plan-os.ts', 'lifetimeSeconds: world.timing.lifetimeSeconds', 'lifetimeSeconds: Infinity'],
  ],
  'no-reserved-terms': [
    ['node/cluster/machine/state.ts', 'reserved: record?.reserved ?? 0,', 'reserved: 0,'],
    [
      'node/cluster/machine/claim.ts',
      'state.mine?.number ?? 0, state.reserved, heard',
      'state.mine?.number ?? 0, heard',
    ],
  ],
  'no-suspension': [
    ['node/cluster/machine/step.ts', 'if (elapsed <= pauseMs(view.timeoutMs)) {', 'if (elapsed <= Infinity) {'],
  ],
  'steals-back': [
    [
      'node/reconciler/learn.ts',
      "} else if (!isOwn && (claim.claimed || (world.duty === 'resume' && !world.heldAll))) {",
      '} else if (!isOwn && world.claims.size < 0) {',
    ],
    ['node/cluster/machine/active.ts', 'if (!facts.taken) return null;', 'if (facts !== null) return null;'],
  ],
  'first-claim-steals': [
    [
      'node/reconciler/plan-ec2.ts',
      'const allowReassignment = claim.mayReassign || (takeover && hasPeers(world));',
      'const allowReassignment = true;',
    ],
  ],
  'keeps-bound-when-moved': [
    [
      'node/cluster/machine/active.ts',
      "const MOVED: Order = { do: 'stand-by', how: 'moved' };",
      "const MOVED: Order = { do: 'look' };",
    ],
  ],
  'accepts-before-durable': [
    [
      'test/simulation/production/daemon.ts',
      'await host.write(DOCUMENT, after.toString());',
      'host.write(DOCUMENT, after.toString()).catch(() => undefined);',
    ],
  ],
  'ec2-trouble-demotes': [
    [
      'node/cluster/machine/active.ts',
      'if (!facts.taken) return null;',
      'if (!facts.taken && facts.ec2 !== false) return null;',
    ],
  ],
  'forgets-given-up-calls': [
    [
      'node/reconciler/learn.ts',
      'claim.suspectUntil = clock.now() + world.timing.watchMs;',
      'claim.suspectUntil = clock.now();',
    ],
  ],
  'loses-conflicts': [['node/cluster/document/resolve.ts', "this.list(field, other, 'same-field', winner);", '']],
  'hands-over-unagreed': [['node/cluster/machine/active.ts', 'if (!agrees(state, situation)) return null;', '']],
  'ignores-late-claims': [
    [
      'node/cluster/member.ts',
      'const every = unsure || silent || barred || isContested(state, situation) ? WATCHFUL_MS : null;',
      'const every = unsure || silent || barred ? WATCHFUL_MS : null;',
    ],
  ],
  'forgets-to-ask-ec2-again': [
    [
      'node/cluster/member.ts',
      'const every = unsure || silent || barred || isContested(state, situation) ? WATCHFUL_MS : null;',
      'const every = unsure || silent || isContested(state, situation) ? WATCHFUL_MS : null;',
    ],
  ],
  'believes-what-is-dated': [
    ['node/cluster/machine/situation.ts', 'if (woke === null || ', 'if (woke !== undefined || '],
  ],
  'never-fails-back': [
    [
      'node/cluster/machine/active.ts',
      "return view.mode === 'autoFailback' && now - fitSince >= view.timeoutMs ? 'failback' : null;",
      'return now < fitSince ? null : null;',
    ],
  ],
};

/** Makes the changes of one mutant while its files are loaded. `done` tells whether all were made. */
export function mutation(root, name) {
  const left = new Set(MUTANTS[name]);
  return {
    name: `mutant-${name}`,
    setup(build) {
      const files = new Set(MUTANTS[name].map(([file]) => file));
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const file = path.slice(root.length).replace(/^\//, '');
        if (!files.has(file)) return undefined;
        const { readFile } = await import('node:fs/promises');
        let contents = await readFile(path, 'utf8');
        for (const change of [...left]) {
          const [where, before, after] = change;
          if (where !== file) continue;
          if (contents.split(before).length !== 2) {
            return { errors: [{ text: `mutant ${name}: ${file} does not contain exactly once: ${before}` }] };
          }
          contents = contents.replace(before, () => after);
          left.delete(change);
        }
        return { contents, loader: 'ts' };
      });
      build.onEnd(() =>
        left.size === 0
          ? undefined
          : {
              errors: [
                { text: `mutant ${name}: ${[...left].map(([file]) => file).join(', ')} is not part of the program` },
              ],
            },
      );
    },
  };
}
