export { startVpc } from './start-vpc';
export type { PolicyDocument, PolicyStatement } from './iam/policy';
export type { PolicyUse } from './iam/policy-use';
export type { Eni, VpcState } from './rules/state';
export type { CallOutcome, CallRecord, Principal } from './server/call-record';
export type { Fault, FaultKind } from './server/fault';
export type { RunningVpc, Timing, VpcOptions } from './server/running-vpc';
