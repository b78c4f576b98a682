import { evaluate } from './evaluate';
import type { PolicyDocument, PolicyStatement } from './policy';

const ENI = 'arn:aws:ec2:us-east-1:123456789012:network-interface/eni-1';
const OTHER = 'arn:aws:ec2:us-east-1:123456789012:network-interface/eni-2';
const VPC = 'arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1';
const ASSIGN = 'ec2:AssignPrivateIpAddresses';

const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string | string[]): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const ask = (document: PolicyDocument, action: string, resource: string, context = {}) =>
  evaluate(document, { action, resource, context });

test.each([
  [ASSIGN, ENI, ASSIGN, ENI, true],
  [ASSIGN, ENI, ASSIGN, OTHER, false],
  [ASSIGN, ENI, 'ec2:UnassignPrivateIpAddresses', ENI, false],
  ['ec2:*PrivateIpAddresses', '*', 'ec2:UnassignPrivateIpAddresses', OTHER, true],
  ['EC2:assignprivateipaddresses', ENI, ASSIGN, ENI, true],
  [ASSIGN, ENI.replace('eni-1', 'eni-?'), ASSIGN, OTHER, true],
  ['ec2:DescribeNetworkInterfaces', ENI, 'ec2:DescribeNetworkInterfaces', '*', false],
  ['ec2:DescribeNetworkInterfaces', '*', 'ec2:DescribeNetworkInterfaces', '*', true],
])('allow %s on %s: %s on %s is allowed: %s', (action, resource, asked, on, allowed) => {
  expect(ask(policy(allow(action, resource)), asked, on).allowed).toBe(allowed);
});

test('an explicit deny wins over any allow, and says so', () => {
  const denied = policy(allow('ec2:*', '*'), { Effect: 'Deny', Action: ASSIGN, Resource: OTHER });
  expect(ask(denied, ASSIGN, OTHER)).toEqual({ allowed: false, explicit: true });
  expect(ask(denied, ASSIGN, ENI)).toEqual({ allowed: true, by: ['ec2:*'] });
  expect(ask(policy(), ASSIGN, ENI)).toEqual({ allowed: false, explicit: false });
});

test.each([
  ['StringEquals', 'ec2:Vpc', VPC, true],
  ['StringEquals', 'EC2:VPC', [`${VPC}x`, VPC], true],
  ['StringEquals', 'ec2:Vpc', `${VPC}x`, false],
  ['StringEquals', 'ec2:Vpc', VPC.replace('vpc-1', '*'), false],
  ['StringLike', 'ec2:Vpc', VPC.replace('vpc-1', '*'), true],
  ['ArnEquals', 'ec2:Vpc', VPC.replace('vpc-1', '*'), true],
  ['StringEquals', 'ec2:Subnet', VPC, false],
  ['StringEquals', 'ec2:ResourceTag/role', 'data', true],
])('condition %s %s %s: %s', (operator, key, value, allowed) => {
  const document = policy({ ...allow(ASSIGN, '*'), Condition: { [operator]: { [key]: value } } });
  const context = { 'ec2:Vpc': [VPC], 'ec2:ResourceTag/role': ['data'] };
  expect(ask(document, ASSIGN, ENI, context).allowed).toBe(allowed);
});

test('all conditions must hold; a deny whose condition does not hold denies nothing', () => {
  const both = { StringEquals: { 'ec2:Vpc': VPC, 'ec2:Subnet': 'other' } };
  expect(ask(policy({ ...allow(ASSIGN, '*'), Condition: both }), ASSIGN, ENI, { 'ec2:Vpc': [VPC] }).allowed).toBe(
    false,
  );
  const deny: PolicyStatement = { Effect: 'Deny', Action: '*', Resource: '*', Condition: both };
  expect(ask(policy(allow('*', '*'), deny), ASSIGN, ENI, { 'ec2:Vpc': [VPC] }).allowed).toBe(true);
});
