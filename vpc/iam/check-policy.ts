import { asList } from './patterns';
import { CONDITION_OPERATORS, type PolicyDocument } from './policy';

const STATEMENT_KEYS = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];
const CONDITION_KEYS = /^(ec2:(vpc|subnet|networkinterfaceid|resourcetag\/.+)|aws:resourcetag\/.+)$/i;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): boolean {
  const all = asList(value);
  return all.length > 0 && all.every((one) => typeof one === 'string' && one !== '');
}

/**
 * The policy, if every part of it can be enforced. A part that would be silently ignored could make a test pass that AWS
 * would fail, so it throws a sentence instead.
 */
export function checkPolicy(document: unknown): PolicyDocument {
  const fail = (sentence: string): never => {
    throw new Error(`This policy cannot be enforced: ${sentence}`);
  };
  if (!isRecord(document)) return fail('it must be a JSON object with a Statement.');
  const extra = Object.keys(document).find((key) => !['Version', 'Id', 'Statement'].includes(key));
  if (extra !== undefined) fail(`unknown element ${extra}; known are Version, Id and Statement.`);
  if (document.Statement === undefined) fail('Statement is missing.');
  asList(document.Statement).forEach((statement, index) => {
    const where = `Statement ${index + 1}`;
    if (!isRecord(statement)) return fail(`${where} must be an object.`);
    const unknown = Object.keys(statement).find((key) => !STATEMENT_KEYS.includes(key));
    if (unknown !== undefined) fail(`${where} has ${unknown}; known are ${STATEMENT_KEYS.join(', ')}.`);
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') fail(`${where}: Effect must be Allow or Deny.`);
    if (!isStrings(statement.Action)) fail(`${where}: Action must be a string or a list of strings.`);
    if (!isStrings(statement.Resource)) fail(`${where}: Resource must be a string or a list of strings.`);
    const condition = statement.Condition ?? {};
    if (!isRecord(condition)) return fail(`${where}: Condition must be an object.`);
    for (const [operator, keys] of Object.entries(condition)) {
      if (!(CONDITION_OPERATORS as readonly string[]).includes(operator)) {
        fail(`${where}: condition operator ${operator}; known are ${CONDITION_OPERATORS.join(', ')}.`);
      }
      if (!isRecord(keys)) return fail(`${where}: ${operator} must be an object.`);
      for (const [key, values] of Object.entries(keys)) {
        if (!CONDITION_KEYS.test(key)) {
          fail(
            `${where}: condition key ${key}; known are ec2:Vpc, ec2:Subnet, ec2:NetworkInterfaceID, ec2:ResourceTag/… and aws:ResourceTag/….`,
          );
        }
        if (!isStrings(values)) fail(`${where}: ${operator} ${key} must be a string or a list of strings.`);
      }
    }
  });
  return document as unknown as PolicyDocument;
}
