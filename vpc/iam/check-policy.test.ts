import { checkPolicy } from './check-policy';

const good = { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' };

test.each([
  [null, /JSON object/],
  [{}, /Statement is missing/],
  [{ Statement: good, Extra: 1 }, /unknown element Extra/],
  [{ Statement: [good, { ...good, Effect: 'Maybe' }] }, /Statement 2: Effect/],
  [{ Statement: { ...good, Action: [] } }, /Action must be/],
  [{ Statement: { Effect: 'Allow', Action: 'ec2:*' } }, /Resource must be/],
  [{ Statement: { ...good, NotAction: 'x' } }, /has NotAction/],
  [{ Statement: { ...good, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } } }, /operator IpAddress/],
  [{ Statement: { ...good, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } } }, /key aws:SourceVpc/],
  [{ Statement: { ...good, Condition: { StringEquals: { 'ec2:Vpc': 7 } } } }, /must be a string/],
])('%j is refused with a sentence', (document, sentence) => {
  expect(() => checkPolicy(document)).toThrow(sentence);
});

test('what can be enforced is taken as it is', () => {
  const document = { Version: '2012-10-17', Statement: [{ ...good, Condition: { StringEquals: { 'ec2:Vpc': 'a' } } }] };
  expect(checkPolicy(document)).toBe(document);
});
