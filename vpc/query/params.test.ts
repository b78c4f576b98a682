import { Refusal } from '../rules/refusal';
import { Params } from './params';

const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'fine';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};

test('lists come in the order of their numbers, structs with their own fields', () => {
  const params = Params.parse('A.10=j&A.2=b&A.1=a&F.1.Name=n&F.1.Value.1=v&F.1.Value.2=w&F.2.Name=m');
  expect(params.list('A')).toEqual(['a', 'b', 'j']);
  expect(params.structs('F').map((one) => [one.string('Name'), one.list('Value')])).toEqual([
    ['n', ['v', 'w']],
    ['m', []],
  ]);
  expect(codeOf(() => params.refuseUnread())).toBe('fine');
});

test('a field that nobody read is refused', () => {
  const params = Params.parse('Action=X&Version=1&ClientToken=t&DryRun=false&Known=1&Strange.1=2');
  params.optional('Known');
  expect(codeOf(() => params.refuseUnread())).toBe('UnknownParameter');
});

test.each([
  ['string', 'N=', 'MissingParameter'],
  ['string', '', 'MissingParameter'],
  ['integer', 'N=1e3', 'InvalidParameterValue'],
  ['integer', 'N=', 'InvalidParameterValue'],
  ['boolean', 'N=yes', 'InvalidParameterValue'],
  ['boolean', 'N=True', 'fine'],
  ['integer', 'N=-1', 'fine'],
] as const)('%s of %j: %s', (kind, form, code) => {
  expect(codeOf(() => Params.parse(form)[kind]('N'))).toBe(code);
});
