import { atElement, atIndex, atKey, attributePath } from '../cty/path';
import { Diagnostic, AttributePath } from '../protocol/tfplugin6.generated';
import { errorAt, errorOf, warningAt } from './diagnostic';
import { wireDiagnostics, wirePath } from './wire-diagnostic';

test('a path goes out step by step', () => {
  const path = atIndex(atKey(attributePath('routes'), 'k'), 2);
  expect(AttributePath.decode(AttributePath.encode(wirePath(path)))).toEqual({
    steps: [
      { selector: { case: 'attributeName', value: 'routes' } },
      { selector: { case: 'elementKeyString', value: 'k' } },
      { selector: { case: 'elementKeyInt', value: 2 } },
    ],
  });
});

test('a path ends at a set', () => {
  const path = [...atElement(attributePath('set'), 'x'), ...attributePath('inner')];
  expect(wirePath(path)).toEqual(wirePath(attributePath('set')));
});

test('diagnostics go out once, with a path only where they have one', () => {
  const [whole, part, ...more] = wireDiagnostics([
    errorOf('s', 'd'),
    warningAt(attributePath('a'), 's', 'd'),
    errorOf('s', 'd'),
  ]);
  expect(more).toEqual([]);
  expect(Diagnostic.decode(Diagnostic.encode(whole!)).attribute).toBeUndefined();
  expect(whole).toMatchObject({ severity: 'ERROR', summary: 's', detail: 'd' });
  expect(part).toMatchObject({ severity: 'WARNING', attribute: { steps: [{ selector: { value: 'a' } }] } });
});

test('two errors in one set are one when they say the same', () => {
  const at = (value: string): ReturnType<typeof errorAt> => errorAt(atElement(attributePath('set'), value), 's', 'd');
  expect(wireDiagnostics([at('x'), at('y')])).toHaveLength(1);
});
