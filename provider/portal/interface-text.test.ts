import * as fc from 'fast-check';
import { clearInterface, editInterface, readInterface } from './interface-text';
import type { InterfaceChange } from './interface-fields';
import { emptyToNull, FIELD_NAMES } from './interface-fields';
import { PortalError } from './portal-error';

const ODD = `{ "tunnels" : [ {"psk":"a\\u0062c","networkId":12345678901234567890} ],
\t"interfaces":[
   { "mtu":1500 , "nic" : "eth0", "x-new":{"b":1,"a":1.0e2} },
   {"nic":"eth1","clusterIP":"10.0.1.50"  ,
      "routes":[{"route":"10.9.0.0/16","next":"10.0.1.1"}], "speed" : 9007199254740993}
 ] , "zz":1e400, "darkMode":false}`;

describe('editing one interface', () => {
  test('changes the field and no other byte', () => {
    const { network, created, before } = editInterface(ODD, 'eth1', { clusterIP: '10.0.1.51' });
    expect(network).toBe(ODD.replace('10.0.1.50', '10.0.1.51'));
    expect(created).toBe(false);
    expect(before?.clusterIP).toBe('10.0.1.50');
  });

  test('returns the same text when there is nothing to change', () => {
    expect(editInterface(ODD, 'eth1', { clusterIP: '10.0.1.50', dhcp: false, ip: null, dns: [] }).network).toBe(ODD);
  });

  test('adds a field, takes one away', () => {
    const added = editInterface(ODD, 'eth1', { dns: ['10.0.0.2'] }).network;
    expect(readInterface(added, 'eth1')?.dns).toEqual(['10.0.0.2']);
    expect(added.replace(',"dns":["10.0.0.2"]', '')).toBe(ODD);
    const removed = editInterface(ODD, 'eth1', { clusterIP: null }).network;
    expect(removed).not.toContain('clusterIP');
    expect(removed).toContain('"speed" : 9007199254740993');
  });

  test.each(['{}', '{"interfaces":null}', '{"interfaces":[]}', ' { "interfaces" : [ ] , "x":1 } '])(
    'adds an entry to %s',
    (text) => {
      const { network, created } = editInterface(text, 'eth1', { clusterIP: '10.0.1.50', mtu: null, dhcp: false });
      expect(created).toBe(true);
      expect(JSON.parse(network)).toEqual({
        ...JSON.parse(text),
        interfaces: [{ nic: 'eth1', clusterIP: '10.0.1.50' }],
      });
    },
  );

  test('treats text that differs only in its Unicode form as equal', () => {
    const text = '{"interfaces":[{"nic":"eth1","vrf":"Zu\\u0308rich"}]}';
    expect(editInterface(text, 'eth1', { vrf: 'Zürich'.normalize('NFC') }).network).toBe(text);
  });

  test.each([
    ['{"interfaces":[{"nic":"eth1"},{"nic":"eth1"}]}', 'lists eth1 twice'],
    ['{"interfaces":[{"nic":"eth1","mtu":1,"mtu":2}]}', '"mtu" twice'],
    ['{"interfaces":[],"interfaces":[]}', '"interfaces" twice'],
    ['{"interfaces":{}}', 'not an array'],
    ['{"interfaces":[{"nic":"eth1","mtu":"1500"}]}', '"mtu" should be a number'],
    ['{"interfaces":[{"nic":"eth1","dns":[1]}]}', '"dns" should be a list of texts'],
    ['[]', 'not a JSON object'],
    ['{/**/}', 'not JSON'],
  ])('refuses %s', (text, sentence) => {
    expect(() => editInterface(text, 'eth1', { mtu: 1400 })).toThrow(PortalError);
    expect(() => editInterface(text, 'eth1', { mtu: 1400 })).toThrow(sentence);
  });
});

describe('clearing one interface', () => {
  test('takes the entry when it made it and nothing else is left', () => {
    const text =
      '{"interfaces":[{"nic":"eth0"},{"nic":"eth1","clusterIP":"10.0.1.50","dhcp":false,"routes":[]}],"x":1}';
    expect(clearInterface(text, 'eth1', ['clusterIP'], true).network).toBe('{"interfaces":[{"nic":"eth0"}],"x":1}');
    expect(clearInterface(text, 'eth1', ['clusterIP'], false).network).toBe(
      text.replace('"clusterIP":"10.0.1.50",', ''),
    );
  });

  test('takes an entry that it did not make when only its name is left of it, but not an interface that has an address', () => {
    const of = (entry: string): string => `{"interfaces":[${entry}]}`;
    const clear = (entry: string, fields: (keyof InterfaceChange)[]) =>
      clearInterface(of(entry), 'eth1', fields, false).network;
    expect(clear('{"nic":"eth1","clusterIP":"10.0.1.50"}', ['clusterIP'])).toBe(of(''));
    expect(clear('{"nic":"eth1"}', ['clusterIP'])).toBe(of('{"nic":"eth1"}'));
    expect(clear('{"nic":"eth1","clusterIP":"10.0.1.50","routes":[]}', ['clusterIP'])).toBe(
      of('{"nic":"eth1","routes":[]}'),
    );
    expect(clear('{"nic":"eth1","clusterIP":"10.0.1.50","ip":"10.0.1.5/24"}', ['clusterIP', 'ip'])).toBe(
      of('{"nic":"eth1"}'),
    );
  });

  test("keeps an entry with others' routes in it", () => {
    const { network } = clearInterface(ODD, 'eth1', ['clusterIP', 'speed'], true);
    expect((JSON.parse(network) as { interfaces: unknown[] }).interfaces[1]).toEqual({
      nic: 'eth1',
      routes: [{ route: '10.9.0.0/16', next: '10.0.1.1' }],
    });
  });

  test('leaves a NIC without an entry alone', () => {
    expect(clearInterface(ODD, 'eth7', ['clusterIP'], true).network).toBe(ODD);
  });
});

describe('losslessness, for any config and any change', () => {
  const nics = ['eth0', 'eth1', 'eth2'];
  /** A JSON value as text with blanks, escapes and numbers that no double holds. */
  const blank = fc.constantFrom('', ' ', '\n', '\t ', '\r\n  ');
  const raw: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        '1',
        '1.0',
        '-0',
        '1e5',
        '12345678901234567890',
        '0.1000000000000000055511151231257827',
        '1E400',
        'true',
        'null',
      ),
      fc.string({ unit: 'grapheme' }).map((s) => JSON.stringify(s)),
      fc.constantFrom('"\\u0041\\/"', '"\\ud83d\\ude00"'),
      fc
        .tuple(blank, fc.array(tie('value'), { maxLength: 3 }), blank)
        .map(([a, vs, b]) => `[${a}${vs.join(`${b},${a}`)}${b}]`),
      objectText(
        fc.uniqueArray(fc.tuple(fc.string({ maxLength: 4 }), tie('value')), { selector: ([k]) => k, maxLength: 3 }),
        blank,
      ),
    ),
  })).value;
  const owned = fc.record(
    {
      clusterIP: fc.option(fc.constantFrom('10.0.1.50', '10.0.1.51', '')),
      ip: fc.option(fc.constantFrom('10.0.1.10/24', '')),
      dhcp: fc.option(fc.boolean()),
      gateway: fc.option(fc.constantFrom('10.0.1.1')),
      vrf: fc.option(fc.string({ unit: 'grapheme' }).map((s) => s.normalize('NFC'))),
      dns: fc.option(fc.array(fc.constantFrom('8.8.8.8', '1.1.1.1'), { maxLength: 2 })),
      mode: fc.option(fc.constantFrom('auto', 'manual')),
      duplex: fc.option(fc.constantFrom('full')),
      speed: fc.option(fc.constantFrom(0, 10, 1000)),
      mtu: fc.option(fc.constantFrom(1300, 9001)),
    },
    { requiredKeys: [] },
  );
  const entry = (nic: string): fc.Arbitrary<string> =>
    fc
      .tuple(
        owned,
        fc.uniqueArray(
          fc.tuple(
            fc.string({ maxLength: 4 }).map((k) => `x${k}`),
            raw,
          ),
          { selector: ([k]) => k, maxLength: 3 },
        ),
        fc.integer(),
      )
      .chain(([values, extra, seed]) => {
        const members = [
          ['nic', JSON.stringify(nic)],
          ...Object.entries(values).map(([k, v]) => [k, JSON.stringify(v)]),
          ...extra,
        ] as [string, string][];
        const turned = members
          .slice(Math.abs(seed) % members.length)
          .concat(members.slice(0, Math.abs(seed) % members.length));
        return objectText(fc.constant(turned), blank);
      });
  const config = fc
    .tuple(
      fc.subarray(nics),
      blank,
      fc.uniqueArray(
        fc.tuple(
          fc.string({ maxLength: 4 }).map((k) => `y${k}`),
          raw,
        ),
        { selector: ([k]) => k, maxLength: 3 },
      ),
      fc.boolean(),
    )
    .chain(([present, space, extra, first]) =>
      fc.tuple(...present.map(entry)).chain((entries) => {
        const interfaces: [string, string] = ['interfaces', `[${space}${entries.join(`${space},`)}${space}]`];
        return objectText(fc.constant(first ? [interfaces, ...extra] : [...extra, interfaces]), blank);
      }),
    );

  test('every other byte survives an edit, and the edit is there', () => {
    fc.assert(
      fc.property(config, fc.constantFrom(...nics), owned, (text, nic, change: InterfaceChange) => {
        const edited = editInterface(text, nic, change).network;
        expect(strip(edited, nic)).toEqual(strip(text, nic));
        const after = readInterface(edited, nic);
        const before = readInterface(text, nic);
        for (const name of FIELD_NAMES) {
          expect(after?.[name]).toEqual(name in change ? emptyToNull(change[name] ?? null) : (before?.[name] ?? null));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('clearing what an edit set gives back the meaning of the config before', () => {
    fc.assert(
      fc.property(config, fc.constantFrom(...nics), owned, (text, nic, change: InterfaceChange) => {
        const edit = editInterface(text, nic, change);
        const set = FIELD_NAMES.filter((name) => change[name] !== undefined);
        const cleared = clearInterface(edit.network, nic, set, edit.created).network;
        expect(strip(cleared, nic)).toEqual(strip(text, nic));
        if (edit.created) expect(readInterface(cleared, nic)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  /** The raw text of everything but our fields of `nic`: token by token, with keys, in order. */
  function strip(text: string, nic: string): unknown {
    const parts = splitTop(text);
    return parts
      .map(([key, value]) => {
        if (key !== 'interfaces') return [key, value];
        const entries = splitTop(value)
          .map(([, v]) => v)
          .filter((v) => v !== '');
        return entries
          .map((e) => {
            if ((JSON.parse(e) as { nic: string }).nic !== nic) return e;
            return splitTop(e).filter(([k]) => !(FIELD_NAMES as string[]).includes(k) && k !== 'nic');
          })
          .filter((e) => !Array.isArray(e) || e.length > 0);
      })
      .filter(([key, value]) => key !== 'interfaces' || (value as unknown[] | undefined)?.length !== 0);
  }
});

function objectText(members: fc.Arbitrary<[string, string][]>, blank: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(members, blank, blank)
    .map(([ms, a, b]) => `{${a}${ms.map(([k, v]) => `${JSON.stringify(k)}${b}:${a}${v}`).join(`${a},${b}`)}${b}}`);
}

/** The members of an object or array as [key, raw text of the value], by a scanner that shares nothing with the code under test. */
function splitTop(text: string): [string, string][] {
  const body = text.trim().slice(1, -1);
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i <= body.length; i++) {
    const c = body[i];
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (depth === 0 && (c === ',' || c === undefined)) {
      parts.push(body.slice(start, i).trim());
      start = i + 1;
    }
  }
  if (text.trim().startsWith('[')) return parts.map((p) => ['', p]);
  return parts
    .filter((p) => p !== '')
    .map((p) => {
      const key = /^"(?:[^"\\]|\\.)*"/.exec(p)![0];
      return [JSON.parse(key) as string, p.slice(key.length).trim().replace(/^:\s*/, '')];
    });
}
