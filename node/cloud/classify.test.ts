import { classify } from './classify';

/** An answered refusal as the SDK throws it. */
const answered = (code: string, message: string, status = 400) =>
  Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });

const system = (code: string, message = code) => Object.assign(new Error(message), { code });

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  // The texts of EC2's refusals, as seen on the wire.
  ['InvalidParameterValue', '[10.0.1.50] assigned, but move is not allowed.', 'held-by-other', 'ask-a-person'],
  [
    'InvalidParameterValue',
    '[10.0.1.50, 10.0.1.51] assigned, but move is not allowed.',
    'held-by-other',
    'ask-a-person',
  ],
  ['InvalidParameterValue', 'secondary-addresses', 'primary-of-other', 'ask-a-person'],
  [
    'InvalidParameterValue',
    "Address does not fall within the subnet's address range",
    'outside-subnet',
    'ask-a-person',
  ],
  ['InvalidParameterValue', "Address 10.231.82.2 is in subnet's reserved range.", 'reserved', 'ask-a-person'],
  ['InvalidParameterValue', "Address is in subnet's reserved address range", 'reserved', 'ask-a-person'],
  ['InvalidParameterValue', 'invalid value for parameter address: 10.0.1', 'malformed', 'ask-a-person'],
  [
    'InvalidParameterValue',
    'Some of the specified addresses are not assigned to interface eni-1',
    'not-assigned',
    'ask-a-person',
  ],
  [
    'InvalidParameterValue',
    'Value (10.231.82.4) for parameter privateIpAddress is invalid. The primary IP address of an interface cannot be unassigned.',
    'own-primary',
    'ask-a-person',
  ],
  ['PrivateIpAddressLimitExceeded', 'Number of private addresses will exceed limit.', 'eni-full', 'ask-a-person'],
  [
    'PrivateIpAddressLimitExceeded',
    'eni-1: Number of private addresses will exceed limit.',
    'eni-full',
    'ask-a-person',
  ],
  [
    'InvalidNetworkInterfaceID.NotFound',
    "The networkInterface ID 'eni-1' does not exist",
    'eni-missing',
    'retry-later',
  ],
  ['InvalidNetworkInterfaceId.Malformed', 'Invalid id: "eni1"', 'eni-missing', 'ask-a-person'],
  ['UnauthorizedOperation', 'You are not authorized to perform this operation.', 'unauthorized', 'ask-a-person', 403],
  ['AuthFailure', 'AWS was not able to validate the provided access credentials', 'credentials', 'retry-later', 401],
  ['RequestExpired', 'Request has expired.', 'credentials', 'retry-later'],
  ['ExpiredToken', 'The security token included in the request is expired', 'credentials', 'retry-later', 403],
  ['RequestLimitExceeded', 'Request limit exceeded.', 'throttled', 'retry-later', 503],
  ['InternalError', 'An internal error has occurred', 'server', 'retry-later', 500],
  ['Unavailable', 'The server is overloaded and can not handle the request.', 'server', 'retry-later', 503],
  ['InvalidParameterValue', 'something never seen before', 'unknown', 'retry-later'],
  ['SomethingNew', 'and strange', 'unknown', 'retry-later', 403],
  ['RequestTimeout', 'Your socket connection was not read from in time.', 'unknown', 'retry-later', 408],
  ['TooEarly', 'Come back later.', 'unknown', 'retry-later', 425],
  ['SomethingNew', 'and strange', 'server', 'retry-later', 502],
])('%s: %s means %s, %s', (code, message, reason, kind, status = 400) => {
  expect(classify(answered(code, message, status))).toMatchObject({ reason, kind, code, message });
});

test('only an answer before the work was done rules out that it was done', () => {
  const outcome = (error: unknown) => classify(error).outcome;
  expect(outcome(answered('InvalidParameterValue', 'secondary-addresses'))).toBe('refused');
  expect(outcome(answered('RequestLimitExceeded', 'Request limit exceeded.', 503))).toBe('refused');
  expect(outcome(answered('InternalError', 'An internal error has occurred', 500))).toBe('unknown');
  expect(outcome(system('ECONNREFUSED'))).toBe('refused');
  expect(outcome(system('ENOTFOUND'))).toBe('refused');
  expect(outcome(new Error('AWS SDK error wrapper for Error: connect ECONNREFUSED 127.0.0.1:9'))).toBe('refused');
  expect(outcome(system('ECONNRESET', 'socket hang up'))).toBe('unknown');
  expect(outcome(named('TimeoutError', 'a request has exceeded the configured 3000 ms requestTimeout.'))).toBe(
    'unknown',
  );
  expect(outcome(named('AbortError', 'Request aborted'))).toBe('unknown');
  expect(
    outcome(named('TimeoutError', 'the request socket did not establish a connection with the server within 1000 ms')),
  ).toBe('refused');
  expect(outcome(new Error('a bug'))).toBe('unknown');
  expect(outcome('not even an error')).toBe('unknown');
});

test.each([
  ['ECONNREFUSED', 'unreachable', 'retry-later'],
  ['EAI_AGAIN', 'unreachable', 'retry-later'],
  ['ECONNRESET', 'unreachable', 'retry-now'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unreachable', 'retry-later'],
])('the system error %s means %s, %s', (code, reason, kind) => {
  expect(classify(system(code))).toMatchObject({ reason, kind, code });
});

test('credentials that are nowhere to be had are waited for', () => {
  expect(classify(named('CredentialsProviderError', 'Could not load credentials from any providers'))).toMatchObject({
    reason: 'credentials',
    kind: 'retry-later',
    outcome: 'refused',
  });
});

test('the page of code that EC2 appends to a denial is left out of what people read', () => {
  const error = answered(
    'UnauthorizedOperation',
    'Not authorized. Encoded authorization failure message: ab-Cd_9',
    403,
  );
  expect(classify(error).message).toBe('Not authorized.');
});
