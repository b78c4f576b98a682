/** A diagnostic as terraform prints it with `-json`. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  summary: string;
  detail: string;
  /** The resource it is about, if any. */
  address?: string;
}

/** One planned or finished change of a resource. */
export interface Change {
  address: string;
  action: 'create' | 'read' | 'update' | 'delete' | 'replace' | 'import' | 'move' | 'remove' | 'noop';
}

/** What one command of terraform said with `-json`. */
export interface JsonLog {
  diagnostics: Diagnostic[];
  planned: Change[];
  applied: Change[];
  /** Changes that terraform found made outside of it. */
  drift: Change[];
}

interface Line {
  type?: string;
  diagnostic?: { severity: 'error' | 'warning'; summary: string; detail?: string; address?: string };
  change?: { resource: { addr: string }; action: Change['action'] };
  hook?: { resource: { addr: string }; action: Change['action'] };
}

/** Reads the lines that `plan -json` and `apply -json` print; lines that are not JSON (a crash) become an error diagnostic. */
export function parseJsonLog(stdout: string): JsonLog {
  const log: JsonLog = { diagnostics: [], planned: [], applied: [], drift: [] };
  for (const text of stdout.split('\n')) {
    if (text.trim() === '') continue;
    const line = parseLine(text);
    if (line.diagnostic) {
      const { severity, summary, detail, address } = line.diagnostic;
      log.diagnostics.push({ severity, summary, detail: detail ?? '', ...(address === undefined ? {} : { address }) });
    }
    if (line.change && line.type === 'planned_change') log.planned.push(toChange(line.change));
    if (line.change && line.type === 'resource_drift') log.drift.push(toChange(line.change));
    if (line.hook && line.type === 'apply_complete') log.applied.push(toChange(line.hook));
  }
  return log;
}

const toChange = ({ resource, action }: { resource: { addr: string }; action: Change['action'] }): Change => ({
  address: resource.addr,
  action,
});

function parseLine(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return { diagnostic: { severity: 'error', summary: 'terraform printed a line that is not JSON', detail: text } };
  }
}
