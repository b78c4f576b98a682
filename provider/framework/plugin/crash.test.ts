import { crashReport } from './crash';

test('panic, the message, an empty line, the stack', () => {
  const error = new TypeError('too loud\nby far');
  const lines = crashReport('terraform-provider-x 1.0.0', error).split('\n');
  expect(lines.slice(0, 4)).toEqual(['panic: TypeError: too loud', 'by far', '', 'terraform-provider-x 1.0.0']);
  expect(lines[4]).toMatch(/^ {4}at .*crash\.test\.ts/);
});

test('anything can be thrown', () => {
  expect(crashReport('p', 'a string')).toBe('panic: a string\n\np\n');
  expect(crashReport('p', undefined)).toBe('panic: undefined\n\np\n');
});
