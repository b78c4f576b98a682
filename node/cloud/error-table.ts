import type { Ec2Reason, ErrorKind } from '../reconciler/ports';

/** What an answer of EC2 means. */
export interface Rule {
  /** EC2's code, whole; compared without regard to case. Null: any. */
  code: RegExp | null;
  /** Part of EC2's message. Null: any. */
  message: RegExp | null;
  reason: Ec2Reason;
  kind: ErrorKind;
}

const rule = (code: RegExp | null, message: RegExp | null, reason: Ec2Reason, kind: ErrorKind): Rule => ({
  code,
  message,
  reason,
  kind,
});

/**
 * EC2's refusals, first match wins. Most share the code InvalidParameterValue, so the message decides; the texts are
 * those that EC2 was seen to send.
 */
export const RULES: readonly Rule[] = [
  rule(/^InvalidParameterValue$/i, /assigned, but move is not allowed/i, 'held-by-other', 'ask-a-person'),
  rule(/^InvalidParameterValue$/i, /^secondary-addresses$/i, 'primary-of-other', 'ask-a-person'),
  rule(/^InvalidParameterValue$/i, /are not assigned to interface/i, 'not-assigned', 'ask-a-person'),
  rule(
    /^InvalidParameterValue$/i,
    /primary IP address of an interface cannot be unassigned/i,
    'own-primary',
    'ask-a-person',
  ),
  rule(/^InvalidParameterValue$/i, /does not fall within the subnet/i, 'outside-subnet', 'ask-a-person'),
  rule(/^InvalidParameterValue$/i, /in subnet's reserved (address )?range/i, 'reserved', 'ask-a-person'),
  rule(/^InvalidParameterValue$/i, /invalid value for parameter address/i, 'malformed', 'ask-a-person'),
  rule(/^InvalidIPAddress\.InUse$/i, null, 'held-by-other', 'ask-a-person'),
  rule(/^PrivateIpAddressLimitExceeded$/i, null, 'eni-full', 'ask-a-person'),
  rule(null, /number of private addresses will exceed limit|exceeds the limit for/i, 'eni-full', 'ask-a-person'),
  // The ENI behind a NIC may have been replaced, which a new discovery finds; a malformed name is node.yaml's.
  rule(/^InvalidNetworkInterfaceID\.NotFound$/i, null, 'eni-missing', 'retry-later'),
  rule(/^InvalidNetworkInterfaceID\.Malformed$/i, null, 'eni-missing', 'ask-a-person'),
  rule(/^(UnauthorizedOperation|AccessDenied(Exception)?)$/i, null, 'unauthorized', 'ask-a-person'),
  rule(
    /^(AuthFailure|ExpiredToken(Exception)?|RequestExpired|InvalidClientTokenId|UnrecognizedClient(Exception)?|SignatureDoesNotMatch|MissingAuthenticationToken|IncompleteSignature|InvalidAccessKeyId|OptInRequired)$/i,
    null,
    'credentials',
    'retry-later',
  ),
  rule(/^(CredentialsProviderError|NoCredentialsError|ImdsError)$/i, null, 'credentials', 'retry-later'),
  rule(
    /^(RequestLimitExceeded|Throttling(Exception)?|ThrottledException|RequestThrottled(Exception)?|SlowDown|EC2ThrottledException|TooManyRequestsException|BandwidthLimitExceeded)$/i,
    null,
    'throttled',
    'retry-later',
  ),
  rule(/^(InternalError|InternalFailure|Internal|ServiceUnavailable|Unavailable)$/i, null, 'server', 'retry-later'),
  rule(/^IncorrectState|^OperationNotPermitted$/i, null, 'server', 'retry-later'),
];

/** Codes of the system and names of SDK errors that mean the call was never sent: it cannot have happened. */
export const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_NODATA|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/;

/** Codes of the system that mean a connection broke: the call may have happened. */
export const BROKEN = /^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE|EPROTO)$/;

/** Codes and names that mean time ran out. */
export const TIMED_OUT = /^(TimeoutError|AbortError|ETIMEDOUT|ESOCKETTIMEDOUT|RequestTimeout(Exception)?)$/;

/** Codes of TLS: the endpoint is not who it should be, which only a person can mend. */
export const UNTRUSTED = /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_)/;
