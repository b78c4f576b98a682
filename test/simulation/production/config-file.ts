import { authorName, type Author } from '../../../node/cluster/document/author';
import { conflicts } from '../../../node/cluster/document/conflicts';
import { emptyDocument, type Change, type ClusterDocument } from '../../../node/cluster/document/document';
import { memberField } from '../../../node/cluster/document/fields';
import { merge } from '../../../node/cluster/document/merge';
import { diff, networkOf } from '../../../node/cluster/document/network';
import { parseDocument } from '../../../node/cluster/document/parse';
import { clusterView, membersOf, settingsOf, configuredActive } from '../../../node/cluster/document/view';
import { write as writeFields } from '../../../node/cluster/document/write';
import type { ClusterView } from '../../../node/cluster/ports';
import type { Term } from '../../../node/cluster/term';
import type { ConfigView, Write } from '../config';

const FQDN = 'gw.example.com';

/** One state of a member's copy of the cluster document, as text and in the words of the simulation. Never changed in place. */
export class ConfigFile {
  private shown: ConfigView | null = null;
  private forMachine: ClusterView | null = null;

  private constructor(readonly document: ClusterDocument) {}

  static empty(): ConfigFile {
    return new ConfigFile(emptyDocument(FQDN));
  }

  static of(text: string | null): ConfigFile {
    return text === null ? ConfigFile.empty() : new ConfigFile(JSON.parse(text) as ClusterDocument);
  }

  toString(): string {
    return JSON.stringify(this.document);
  }

  merged(theirs: unknown): ConfigFile {
    return new ConfigFile(merge(this.document, parseDocument(theirs, "the peer's")));
  }

  joined(uid: string, by: Author): ConfigFile {
    return new ConfigFile(writeFields(this.document, by, [{ field: memberField(uid), value: true }]));
  }

  written(one: Write, by: Author): ConfigFile {
    return new ConfigFile(writeFields(this.document, by, this.changesOf(one)));
  }

  view(): ConfigView {
    this.shown ??= this.show();
    return this.shown;
  }

  clusterView(): ClusterView {
    this.forMachine ??= clusterView(this.document);
    return this.forMachine;
  }

  private changesOf(one: Write): Change[] {
    switch (one.field) {
      case 'address':
      case 'entry': {
        const before = networkOf(this.document);
        const isThere = before.interfaces?.some(({ nic }) => nic === one.nic) === true;
        if (one.value === null && !isThere) return [];
        const others = (before.interfaces ?? []).filter(({ nic }) => nic !== one.nic);
        const there = (before.interfaces ?? []).find(({ nic }) => nic === one.nic) ?? { nic: one.nic };
        const { clusterIP: _, ...rest } = there;
        if (one.field === 'entry') return diff(before, { ...before, interfaces: others });
        const entry = one.value === null ? rest : { ...rest, clusterIP: one.value };
        return diff(before, { ...before, interfaces: [...others, entry] });
      }
      case 'enabled':
        return [{ field: memberField(one.uid, 'enabled'), value: one.value }];
      case 'timeout':
      case 'mode':
      case 'handover':
      case 'active':
        return [{ field: one.field, value: one.value }];
    }
  }

  private show(): ConfigView {
    const { document } = this;
    const { mode, timeout, handover } = settingsOf(document);
    const interfaces = networkOf(document).interfaces ?? [];
    return {
      addresses: Object.fromEntries(interfaces.flatMap(({ nic, clusterIP }) => (clusterIP ? [[nic, clusterIP]] : []))),
      timeoutMs: timeout * 1000,
      mode,
      handover,
      active: configuredActive(document),
      enabled: Object.fromEntries(membersOf(document).map(({ uid, enabled }) => [uid, enabled])),
      conflicts: conflicts(document).map(({ field, lost }) => ({ field: inWords(field), value: lost })),
    };
  }
}

/** The simulation's name of a field of the document. */
function inWords(field: string): string {
  const [group, name = '', key] = field.split('.');
  if (group === 'interfaces') return `address of ${name}`;
  if (group === 'members' && key === 'enabled') return `enabled of ${name}`;
  return field;
}

/** Who writes on a member; every process that begins a document anew would take another mark. */
export const authorOn = (uid: string, term: Term | null, at: string): Author => ({
  name: authorName(uid, 'm1'),
  term,
  at,
});
