/** AWS says no: HTTP status, code and message as AWS words them. Thrown by the rules, turned into XML at the edge. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const bad = (code: string, message: string): Refusal => new Refusal(400, code, message);

/** The refusals of EC2, one function per case. Texts: captured from AWS where a capture exists. */
export const refuse = {
  moveNotAllowed: (addresses: readonly string[]) =>
    bad('InvalidParameterValue', `[${addresses.join(', ')}] assigned, but move is not allowed.`),
  primaryOfOther: () => bad('InvalidParameterValue', 'secondary-addresses'),
  outsideSubnet: () => bad('InvalidParameterValue', "Address does not fall within the subnet's address range"),
  reserved: (address: string) => bad('InvalidParameterValue', `Address ${address} is in subnet's reserved range.`),
  reservedOnCreate: () => bad('InvalidParameterValue', "Address is in subnet's reserved address range"),
  malformedAddress: (address: string) =>
    bad('InvalidParameterValue', `invalid value for parameter address: ${address}`),
  addressInUse: (address: string) => bad('InvalidIPAddress.InUse', `Address ${address} is in use.`),
  eniFull: (eniId: string) =>
    bad('PrivateIpAddressLimitExceeded', `${eniId}: Number of private addresses will exceed limit.`),
  nothingToAssign: () =>
    bad(
      'InvalidParameter',
      'One of privateIpAddressSet or privateIpAddressCount or ipv4PrefixSet or ipv4PrefixCount must be specified.',
    ),
  listAndCount: () =>
    bad(
      'InvalidParameterCombination',
      'You may specify one and only one of privateIpAddressSet or secondaryPrivateIpAddressCount or ipv4Prefixes or ipv4PrefixCount, but not more than one of them.',
    ),
  countNotPositive: (count: number) =>
    bad(
      'InvalidParameterValue',
      `Value (${count}) for parameter secondaryPrivateIpAddressCount is invalid. Value must be a positive number.`,
    ),
  subnetFull: () =>
    bad(
      'InsufficientFreeAddressesInSubnet',
      'The specified subnet does not have enough free addresses to satisfy the request.',
    ),
  notAssigned: (eniId: string) =>
    bad('InvalidParameterValue', `Some of the specified addresses are not assigned to interface ${eniId}`),
  unassignPrimary: (address: string) =>
    bad(
      'InvalidParameterValue',
      `Value (${address}) for parameter privateIpAddress is invalid. The primary IP address of an interface cannot be unassigned.`,
    ),
  nothingToUnassign: () => bad('MissingParameter', 'One of privateIpAddresses or ipv4Prefixes must be specified.'),
  eniMissing: (eniId: string) =>
    bad('InvalidNetworkInterfaceID.NotFound', `The networkInterface ID '${eniId}' does not exist`),
  eniMalformed: (eniId: string) => bad('InvalidNetworkInterfaceId.Malformed', `Invalid id: "${eniId}"`),
  eniInUse: (eniId: string, instanceId: string) =>
    bad('InvalidNetworkInterface.InUse', `Interface: [${eniId}] in use by instance [${instanceId}].`),
  eniDeleteInUse: (eniId: string) => bad('InvalidParameterValue', `Network interface '${eniId}' is currently in use.`),
  deviceIndexInUse: (instanceId: string, index: number) =>
    bad(
      'InvalidParameterValue',
      `Instance '${instanceId}' already has an interface attached at device index '${index}'.`,
    ),
  primaryEniDetach: () =>
    new Refusal(400, 'OperationNotPermitted', 'The network interface at device index 0 cannot be detached.'),
  otherZone: () =>
    bad(
      'InvalidParameterCombination',
      'You may not attach a network interface to an instance if they are not in the same availability zone',
    ),
  tooManyEnis: (count: number, instanceType: string) =>
    bad('AttachmentLimitExceeded', `Interface count ${count} exceeds the limit for ${instanceType}`),
  attachmentMissing: (id: string) =>
    bad('InvalidAttachmentID.NotFound', `The networkInterfaceAttachment ID '${id}' does not exist`),
  severalAttributes: (names: readonly string[]) =>
    bad('InvalidParameterCombination', `Fields for multiple attribute types specified: ${names.join(', ')}`),
  noAttribute: () => bad('InvalidParameterCombination', 'No attributes specified.'),
  vpcMissing: (id: string) => bad('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`),
  vpcRange: (cidr: string) => bad('InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`),
  subnetMissing: (id: string) => bad('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`),
  subnetRange: (cidr: string) => bad('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`),
  subnetConflict: (cidr: string) => bad('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`),
  zoneUnknown: (zone: string) =>
    bad(
      'InvalidParameterValue',
      `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the zones of this region.`,
    ),
  dependency: (kind: string, id: string) =>
    bad('DependencyViolation', `The ${kind} '${id}' has dependencies and cannot be deleted.`),
  instanceMissing: (id: string) => bad('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`),
  instanceMalformed: (id: string) => bad('InvalidInstanceID.Malformed', `Invalid id: "${id}"`),
  instanceState: (id: string, state: string) =>
    bad('IncorrectState', `Instance '${id}' is not in a valid state for this operation: ${state}`),
  instanceType: (type: string) => bad('InvalidParameterValue', `Invalid value '${type}' for InstanceType.`),
  instanceCount: (least: number, most: number) =>
    bad('InvalidParameterValue', `Invalid instance count: MinCount ${least}, MaxCount ${most}.`),
  allocationMissing: (id: string) => bad('InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`),
  publicIpMissing: (ip: string) => bad('InvalidAddress.NotFound', `Address '${ip}' not found.`),
  associationMissing: (id: string) => bad('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`),
  alreadyAssociated: (id: string, associationId: string) =>
    bad('Resource.AlreadyAssociated', `resource ${id} is already associated with associate-id ${associationId}`),
  eipInUse: (ip: string) => bad('InvalidIPAddress.InUse', `Address: ${ip} is in use.`),
  addressNotOnEni: (address: string, eniId: string) =>
    bad('InvalidParameterValue', `The private IP address ${address} is not assigned to interface ${eniId}.`),
  resourceMissing: (id: string) => bad('InvalidID', `The ID '${id}' is not valid`),
  filterUnknown: (name: string) => bad('InvalidParameterValue', `The filter '${name}' is invalid`),
  maxResults: (value: number) =>
    bad(
      'InvalidParameterValue',
      `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    ),
  idsAndMaxResults: () =>
    bad(
      'InvalidParameterCombination',
      'The parameter NetworkInterfaceIds cannot be used with the parameter MaxResults',
    ),
  nextToken: () => bad('InvalidNextToken', 'The token provided is not valid.'),
  missing: (name: string) => bad('MissingParameter', `The request must contain the parameter ${name}`),
  combination: (one: string, other: string) =>
    bad('InvalidParameterCombination', `The parameter ${one} cannot be used with the parameter ${other}`),
  notANumber: (name: string, value: string) =>
    bad('InvalidParameterValue', `Invalid value '${value}' for ${name}. It must be a whole number.`),
  notABoolean: (name: string, value: string) =>
    bad('InvalidParameterValue', `Invalid value '${value}' for ${name}. It must be true or false.`),
  unknownParameter: (name: string) => bad('UnknownParameter', `The parameter ${name} is not recognized`),
  unknownAction: (action: string) => bad('InvalidAction', `The action ${action} is not valid for this web service.`),
  missingAction: () => bad('MissingAction', 'The request must contain the parameter Action'),
  dryRun: () => new Refusal(412, 'DryRunOperation', 'Request would have succeeded, but DryRun flag is set.'),
  throttled: () => new Refusal(503, 'RequestLimitExceeded', 'Request limit exceeded.'),
  internal: () => new Refusal(500, 'InternalError', 'An internal error has occurred'),
  expired: () => bad('RequestExpired', 'Request has expired.'),
  noCredentials: () => new Refusal(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'),
  badCredentials: () => new Refusal(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials'),
  otherRegion: (own: string, asked: string) =>
    new Refusal(401, 'AuthFailure', `Credential should be scoped to region ${own}, not ${asked}.`),
  unauthorized: (detail: string) =>
    new Refusal(403, 'UnauthorizedOperation', `You are not authorized to perform this operation. ${detail}`),
};
