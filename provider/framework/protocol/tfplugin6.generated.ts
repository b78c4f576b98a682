// Written by scripts/protocol.mjs from tfplugin6.proto. Do not edit.

import { message, type MessageType } from './message';

import { stream, unary } from './rpc';

export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

export const Timestamp: MessageType<Timestamp> = message<Timestamp>('google.protobuf.Timestamp', () => [
  { no: 1, name: 'seconds', type: 'int64' },
  { no: 2, name: 'nanos', type: 'int32' },
]);

/** A value in the encoding of cty. A reader takes msgpack if it is not empty, else json, else a null of the expected type. */
export interface DynamicValue {
  readonly msgpack: Uint8Array;
  readonly json: Uint8Array;
}

export const DynamicValue: MessageType<DynamicValue> = message<DynamicValue>('tfplugin6.DynamicValue', () => [
  { no: 1, name: 'msgpack', type: 'bytes' },
  { no: 2, name: 'json', type: 'bytes' },
]);

/** State as it was stored: JSON since Terraform 0.12, flatmap before. */
export interface RawState {
  readonly json: Uint8Array;
  readonly flatmap: ReadonlyMap<string, string>;
}

export const RawState: MessageType<RawState> = message<RawState>('tfplugin6.RawState', () => [
  { no: 1, name: 'json', type: 'bytes' },
  { no: 2, name: 'flatmap', type: 'string', as: 'map' },
]);

export interface ResourceIdentityData {
  readonly identityData?: DynamicValue;
}

export const ResourceIdentityData: MessageType<ResourceIdentityData> = message<ResourceIdentityData>(
  'tfplugin6.ResourceIdentityData',
  () => [{ no: 1, name: 'identityData', type: DynamicValue }],
);

export interface AttributePathStep {
  readonly selector?:
    | { readonly case: 'attributeName'; readonly value: string }
    | { readonly case: 'elementKeyString'; readonly value: string }
    | { readonly case: 'elementKeyInt'; readonly value: number };
}

export const AttributePathStep: MessageType<AttributePathStep> = message<AttributePathStep>(
  'tfplugin6.AttributePath.Step',
  () => [
    { no: 1, name: 'attributeName', type: 'string', oneof: 'selector' },
    { no: 2, name: 'elementKeyString', type: 'string', oneof: 'selector' },
    { no: 3, name: 'elementKeyInt', type: 'int64', oneof: 'selector' },
  ],
);

/** Where in a value something is. No step leads into a set: a path stops at the set. */
export interface AttributePath {
  readonly steps: readonly AttributePathStep[];
}

export const AttributePath: MessageType<AttributePath> = message<AttributePath>('tfplugin6.AttributePath', () => [
  { no: 1, name: 'steps', type: AttributePathStep, as: 'repeated' },
]);

export type DiagnosticSeverity = 'INVALID' | 'ERROR' | 'WARNING';

const DIAGNOSTIC_SEVERITY = { values: { INVALID: 0, ERROR: 1, WARNING: 2 } };

export interface Diagnostic {
  readonly severity: DiagnosticSeverity;
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: AttributePath;
}

export const Diagnostic: MessageType<Diagnostic> = message<Diagnostic>('tfplugin6.Diagnostic', () => [
  { no: 1, name: 'severity', type: DIAGNOSTIC_SEVERITY },
  { no: 2, name: 'summary', type: 'string' },
  { no: 3, name: 'detail', type: 'string' },
  { no: 4, name: 'attribute', type: AttributePath },
]);

/** Counts arguments from 0; absent, the error concerns the function as a whole. */
export interface FunctionError {
  readonly text: string;
  readonly functionArgument?: number;
}

export const FunctionError: MessageType<FunctionError> = message<FunctionError>('tfplugin6.FunctionError', () => [
  { no: 1, name: 'text', type: 'string' },
  { no: 2, name: 'functionArgument', type: 'int64', as: 'optional' },
]);

export type DeferredReason = 'UNKNOWN' | 'RESOURCE_CONFIG_UNKNOWN' | 'PROVIDER_CONFIG_UNKNOWN' | 'ABSENT_PREREQ';

const DEFERRED_REASON = {
  values: { UNKNOWN: 0, RESOURCE_CONFIG_UNKNOWN: 1, PROVIDER_CONFIG_UNKNOWN: 2, ABSENT_PREREQ: 3 },
};

export interface Deferred {
  readonly reason: DeferredReason;
}

export const Deferred: MessageType<Deferred> = message<Deferred>('tfplugin6.Deferred', () => [
  { no: 1, name: 'reason', type: DEFERRED_REASON },
]);

export interface ServerCapabilities {
  readonly planDestroy: boolean;
  readonly getProviderSchemaOptional: boolean;
  readonly moveResourceState: boolean;
  readonly generateResourceConfig: boolean;
}

export const ServerCapabilities: MessageType<ServerCapabilities> = message<ServerCapabilities>(
  'tfplugin6.ServerCapabilities',
  () => [
    { no: 1, name: 'planDestroy', type: 'bool' },
    { no: 2, name: 'getProviderSchemaOptional', type: 'bool' },
    { no: 3, name: 'moveResourceState', type: 'bool' },
    { no: 4, name: 'generateResourceConfig', type: 'bool' },
  ],
);

export interface ClientCapabilities {
  readonly deferralAllowed: boolean;
  readonly writeOnlyAttributesAllowed: boolean;
}

export const ClientCapabilities: MessageType<ClientCapabilities> = message<ClientCapabilities>(
  'tfplugin6.ClientCapabilities',
  () => [
    { no: 1, name: 'deferralAllowed', type: 'bool' },
    { no: 2, name: 'writeOnlyAttributesAllowed', type: 'bool' },
  ],
);

export type StringKind = 'PLAIN' | 'MARKDOWN';

const STRING_KIND = { values: { PLAIN: 0, MARKDOWN: 1 } };

export interface SchemaBlock {
  readonly version: number;
  readonly attributes: readonly SchemaAttribute[];
  readonly blockTypes: readonly SchemaNestedBlock[];
  readonly description: string;
  readonly descriptionKind: StringKind;
  readonly deprecated: boolean;
  readonly deprecationMessage: string;
}

export const SchemaBlock: MessageType<SchemaBlock> = message<SchemaBlock>('tfplugin6.Schema.Block', () => [
  { no: 1, name: 'version', type: 'int64' },
  { no: 2, name: 'attributes', type: SchemaAttribute, as: 'repeated' },
  { no: 3, name: 'blockTypes', type: SchemaNestedBlock, as: 'repeated' },
  { no: 4, name: 'description', type: 'string' },
  { no: 5, name: 'descriptionKind', type: STRING_KIND },
  { no: 6, name: 'deprecated', type: 'bool' },
  { no: 7, name: 'deprecationMessage', type: 'string' },
]);

/** Has either a type (a cty type in JSON) or a nested_type, never both. Malformed type bytes crash Terraform. */
export interface SchemaAttribute {
  readonly name: string;
  readonly type: Uint8Array;
  readonly description: string;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly descriptionKind: StringKind;
  readonly deprecated: boolean;
  readonly nestedType?: SchemaObject;
  readonly writeOnly: boolean;
  readonly deprecationMessage: string;
}

export const SchemaAttribute: MessageType<SchemaAttribute> = message<SchemaAttribute>(
  'tfplugin6.Schema.Attribute',
  () => [
    { no: 1, name: 'name', type: 'string' },
    { no: 2, name: 'type', type: 'bytes' },
    { no: 3, name: 'description', type: 'string' },
    { no: 4, name: 'required', type: 'bool' },
    { no: 5, name: 'optional', type: 'bool' },
    { no: 6, name: 'computed', type: 'bool' },
    { no: 7, name: 'sensitive', type: 'bool' },
    { no: 8, name: 'descriptionKind', type: STRING_KIND },
    { no: 9, name: 'deprecated', type: 'bool' },
    { no: 10, name: 'nestedType', type: SchemaObject },
    { no: 11, name: 'writeOnly', type: 'bool' },
    { no: 12, name: 'deprecationMessage', type: 'string' },
  ],
);

export type SchemaNestedBlockNestingMode = 'INVALID' | 'SINGLE' | 'LIST' | 'SET' | 'MAP' | 'GROUP';

const SCHEMA_NESTED_BLOCK_NESTING_MODE = { values: { INVALID: 0, SINGLE: 1, LIST: 2, SET: 3, MAP: 4, GROUP: 5 } };

export interface SchemaNestedBlock {
  readonly typeName: string;
  readonly block?: SchemaBlock;
  readonly nesting: SchemaNestedBlockNestingMode;
  readonly minItems: number;
  readonly maxItems: number;
}

export const SchemaNestedBlock: MessageType<SchemaNestedBlock> = message<SchemaNestedBlock>(
  'tfplugin6.Schema.NestedBlock',
  () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'block', type: SchemaBlock },
    { no: 3, name: 'nesting', type: SCHEMA_NESTED_BLOCK_NESTING_MODE },
    { no: 4, name: 'minItems', type: 'int64' },
    { no: 5, name: 'maxItems', type: 'int64' },
  ],
);

export type SchemaObjectNestingMode = 'INVALID' | 'SINGLE' | 'LIST' | 'SET' | 'MAP';

const SCHEMA_OBJECT_NESTING_MODE = { values: { INVALID: 0, SINGLE: 1, LIST: 2, SET: 3, MAP: 4 } };

/** The protocol's deprecated item counts, numbers 4 and 5, are not used. */
export interface SchemaObject {
  readonly attributes: readonly SchemaAttribute[];
  readonly nesting: SchemaObjectNestingMode;
}

export const SchemaObject: MessageType<SchemaObject> = message<SchemaObject>('tfplugin6.Schema.Object', () => [
  { no: 1, name: 'attributes', type: SchemaAttribute, as: 'repeated' },
  { no: 3, name: 'nesting', type: SCHEMA_OBJECT_NESTING_MODE },
]);

export interface Schema {
  readonly version: number;
  readonly block?: SchemaBlock;
}

export const Schema: MessageType<Schema> = message<Schema>('tfplugin6.Schema', () => [
  { no: 1, name: 'version', type: 'int64' },
  { no: 2, name: 'block', type: SchemaBlock },
]);

export interface ResourceIdentitySchemaIdentityAttribute {
  readonly name: string;
  readonly type: Uint8Array;
  readonly requiredForImport: boolean;
  readonly optionalForImport: boolean;
  readonly description: string;
}

export const ResourceIdentitySchemaIdentityAttribute: MessageType<ResourceIdentitySchemaIdentityAttribute> =
  message<ResourceIdentitySchemaIdentityAttribute>('tfplugin6.ResourceIdentitySchema.IdentityAttribute', () => [
    { no: 1, name: 'name', type: 'string' },
    { no: 2, name: 'type', type: 'bytes' },
    { no: 3, name: 'requiredForImport', type: 'bool' },
    { no: 4, name: 'optionalForImport', type: 'bool' },
    { no: 5, name: 'description', type: 'string' },
  ]);

export interface ResourceIdentitySchema {
  readonly version: number;
  readonly identityAttributes: readonly ResourceIdentitySchemaIdentityAttribute[];
}

export const ResourceIdentitySchema: MessageType<ResourceIdentitySchema> = message<ResourceIdentitySchema>(
  'tfplugin6.ResourceIdentitySchema',
  () => [
    { no: 1, name: 'version', type: 'int64' },
    { no: 2, name: 'identityAttributes', type: ResourceIdentitySchemaIdentityAttribute, as: 'repeated' },
  ],
);

export interface ActionSchema {
  readonly schema?: Schema;
}

export const ActionSchema: MessageType<ActionSchema> = message<ActionSchema>('tfplugin6.ActionSchema', () => [
  { no: 1, name: 'schema', type: Schema },
]);

export interface FunctionSignatureParameter {
  readonly name: string;
  readonly type: Uint8Array;
  readonly allowNullValue: boolean;
  readonly allowUnknownValues: boolean;
  readonly description: string;
  readonly descriptionKind: StringKind;
}

export const FunctionSignatureParameter: MessageType<FunctionSignatureParameter> = message<FunctionSignatureParameter>(
  'tfplugin6.Function.Parameter',
  () => [
    { no: 1, name: 'name', type: 'string' },
    { no: 2, name: 'type', type: 'bytes' },
    { no: 3, name: 'allowNullValue', type: 'bool' },
    { no: 4, name: 'allowUnknownValues', type: 'bool' },
    { no: 5, name: 'description', type: 'string' },
    { no: 6, name: 'descriptionKind', type: STRING_KIND },
  ],
);

export interface FunctionSignatureReturn {
  readonly type: Uint8Array;
}

export const FunctionSignatureReturn: MessageType<FunctionSignatureReturn> = message<FunctionSignatureReturn>(
  'tfplugin6.Function.Return',
  () => [{ no: 1, name: 'type', type: 'bytes' }],
);

export interface FunctionSignature {
  readonly parameters: readonly FunctionSignatureParameter[];
  readonly variadicParameter?: FunctionSignatureParameter;
  readonly return?: FunctionSignatureReturn;
  readonly summary: string;
  readonly description: string;
  readonly descriptionKind: StringKind;
  readonly deprecationMessage: string;
}

export const FunctionSignature: MessageType<FunctionSignature> = message<FunctionSignature>(
  'tfplugin6.Function',
  () => [
    { no: 1, name: 'parameters', type: FunctionSignatureParameter, as: 'repeated' },
    { no: 2, name: 'variadicParameter', type: FunctionSignatureParameter },
    { no: 3, name: 'return', type: FunctionSignatureReturn },
    { no: 4, name: 'summary', type: 'string' },
    { no: 5, name: 'description', type: 'string' },
    { no: 6, name: 'descriptionKind', type: STRING_KIND },
    { no: 7, name: 'deprecationMessage', type: 'string' },
  ],
);

export interface GetMetadataRequest {}

export const GetMetadataRequest: MessageType<GetMetadataRequest> = message<GetMetadataRequest>(
  'tfplugin6.GetMetadata.Request',
  () => [],
);

export interface GetMetadataResourceMetadata {
  readonly typeName: string;
}

export const GetMetadataResourceMetadata: MessageType<GetMetadataResourceMetadata> =
  message<GetMetadataResourceMetadata>('tfplugin6.GetMetadata.ResourceMetadata', () => [
    { no: 1, name: 'typeName', type: 'string' },
  ]);

export interface GetMetadataDataSourceMetadata {
  readonly typeName: string;
}

export const GetMetadataDataSourceMetadata: MessageType<GetMetadataDataSourceMetadata> =
  message<GetMetadataDataSourceMetadata>('tfplugin6.GetMetadata.DataSourceMetadata', () => [
    { no: 1, name: 'typeName', type: 'string' },
  ]);

export interface GetMetadataEphemeralMetadata {
  readonly typeName: string;
}

export const GetMetadataEphemeralMetadata: MessageType<GetMetadataEphemeralMetadata> =
  message<GetMetadataEphemeralMetadata>('tfplugin6.GetMetadata.EphemeralMetadata', () => [
    { no: 1, name: 'typeName', type: 'string' },
  ]);

export interface GetMetadataListResourceMetadata {
  readonly typeName: string;
}

export const GetMetadataListResourceMetadata: MessageType<GetMetadataListResourceMetadata> =
  message<GetMetadataListResourceMetadata>('tfplugin6.GetMetadata.ListResourceMetadata', () => [
    { no: 1, name: 'typeName', type: 'string' },
  ]);

export interface GetMetadataActionMetadata {
  readonly typeName: string;
}

export const GetMetadataActionMetadata: MessageType<GetMetadataActionMetadata> = message<GetMetadataActionMetadata>(
  'tfplugin6.GetMetadata.ActionMetadata',
  () => [{ no: 1, name: 'typeName', type: 'string' }],
);

export interface GetMetadataFunctionMetadata {
  readonly name: string;
}

export const GetMetadataFunctionMetadata: MessageType<GetMetadataFunctionMetadata> =
  message<GetMetadataFunctionMetadata>('tfplugin6.GetMetadata.FunctionMetadata', () => [
    { no: 1, name: 'name', type: 'string' },
  ]);

export interface GetMetadataResponse {
  readonly serverCapabilities?: ServerCapabilities;
  readonly diagnostics: readonly Diagnostic[];
  readonly dataSources: readonly GetMetadataDataSourceMetadata[];
  readonly resources: readonly GetMetadataResourceMetadata[];
  readonly functions: readonly GetMetadataFunctionMetadata[];
  readonly ephemeralResources: readonly GetMetadataEphemeralMetadata[];
  readonly listResources: readonly GetMetadataListResourceMetadata[];
  readonly actions: readonly GetMetadataActionMetadata[];
}

export const GetMetadataResponse: MessageType<GetMetadataResponse> = message<GetMetadataResponse>(
  'tfplugin6.GetMetadata.Response',
  () => [
    { no: 1, name: 'serverCapabilities', type: ServerCapabilities },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 3, name: 'dataSources', type: GetMetadataDataSourceMetadata, as: 'repeated' },
    { no: 4, name: 'resources', type: GetMetadataResourceMetadata, as: 'repeated' },
    { no: 5, name: 'functions', type: GetMetadataFunctionMetadata, as: 'repeated' },
    { no: 6, name: 'ephemeralResources', type: GetMetadataEphemeralMetadata, as: 'repeated' },
    { no: 7, name: 'listResources', type: GetMetadataListResourceMetadata, as: 'repeated' },
    { no: 9, name: 'actions', type: GetMetadataActionMetadata, as: 'repeated' },
  ],
);

export interface GetProviderSchemaRequest {}

export const GetProviderSchemaRequest: MessageType<GetProviderSchemaRequest> = message<GetProviderSchemaRequest>(
  'tfplugin6.GetProviderSchema.Request',
  () => [],
);

export interface GetProviderSchemaResponse {
  readonly provider?: Schema;
  readonly resourceSchemas: ReadonlyMap<string, Schema>;
  readonly dataSourceSchemas: ReadonlyMap<string, Schema>;
  readonly diagnostics: readonly Diagnostic[];
  readonly providerMeta?: Schema;
  readonly serverCapabilities?: ServerCapabilities;
  readonly functions: ReadonlyMap<string, FunctionSignature>;
  readonly ephemeralResourceSchemas: ReadonlyMap<string, Schema>;
  readonly listResourceSchemas: ReadonlyMap<string, Schema>;
  readonly actionSchemas: ReadonlyMap<string, ActionSchema>;
}

export const GetProviderSchemaResponse: MessageType<GetProviderSchemaResponse> = message<GetProviderSchemaResponse>(
  'tfplugin6.GetProviderSchema.Response',
  () => [
    { no: 1, name: 'provider', type: Schema },
    { no: 2, name: 'resourceSchemas', type: Schema, as: 'map' },
    { no: 3, name: 'dataSourceSchemas', type: Schema, as: 'map' },
    { no: 4, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 5, name: 'providerMeta', type: Schema },
    { no: 6, name: 'serverCapabilities', type: ServerCapabilities },
    { no: 7, name: 'functions', type: FunctionSignature, as: 'map' },
    { no: 8, name: 'ephemeralResourceSchemas', type: Schema, as: 'map' },
    { no: 9, name: 'listResourceSchemas', type: Schema, as: 'map' },
    { no: 11, name: 'actionSchemas', type: ActionSchema, as: 'map' },
  ],
);

export interface ValidateProviderConfigRequest {
  readonly config?: DynamicValue;
}

export const ValidateProviderConfigRequest: MessageType<ValidateProviderConfigRequest> =
  message<ValidateProviderConfigRequest>('tfplugin6.ValidateProviderConfig.Request', () => [
    { no: 1, name: 'config', type: DynamicValue },
  ]);

export interface ValidateProviderConfigResponse {
  readonly diagnostics: readonly Diagnostic[];
}

export const ValidateProviderConfigResponse: MessageType<ValidateProviderConfigResponse> =
  message<ValidateProviderConfigResponse>('tfplugin6.ValidateProviderConfig.Response', () => [
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface ConfigureProviderRequest {
  readonly terraformVersion: string;
  readonly config?: DynamicValue;
  readonly clientCapabilities?: ClientCapabilities;
}

export const ConfigureProviderRequest: MessageType<ConfigureProviderRequest> = message<ConfigureProviderRequest>(
  'tfplugin6.ConfigureProvider.Request',
  () => [
    { no: 1, name: 'terraformVersion', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
    { no: 3, name: 'clientCapabilities', type: ClientCapabilities },
  ],
);

export interface ConfigureProviderResponse {
  readonly diagnostics: readonly Diagnostic[];
}

export const ConfigureProviderResponse: MessageType<ConfigureProviderResponse> = message<ConfigureProviderResponse>(
  'tfplugin6.ConfigureProvider.Response',
  () => [{ no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' }],
);

export interface StopProviderRequest {}

export const StopProviderRequest: MessageType<StopProviderRequest> = message<StopProviderRequest>(
  'tfplugin6.StopProvider.Request',
  () => [],
);

export interface StopProviderResponse {
  readonly error: string;
}

export const StopProviderResponse: MessageType<StopProviderResponse> = message<StopProviderResponse>(
  'tfplugin6.StopProvider.Response',
  () => [{ no: 1, name: 'error', type: 'string' }],
);

export interface ValidateResourceConfigRequest {
  readonly typeName: string;
  readonly config?: DynamicValue;
  readonly clientCapabilities?: ClientCapabilities;
}

export const ValidateResourceConfigRequest: MessageType<ValidateResourceConfigRequest> =
  message<ValidateResourceConfigRequest>('tfplugin6.ValidateResourceConfig.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
    { no: 3, name: 'clientCapabilities', type: ClientCapabilities },
  ]);

export interface ValidateResourceConfigResponse {
  readonly diagnostics: readonly Diagnostic[];
}

export const ValidateResourceConfigResponse: MessageType<ValidateResourceConfigResponse> =
  message<ValidateResourceConfigResponse>('tfplugin6.ValidateResourceConfig.Response', () => [
    { no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface UpgradeResourceStateRequest {
  readonly typeName: string;
  readonly version: number;
  readonly rawState?: RawState;
}

export const UpgradeResourceStateRequest: MessageType<UpgradeResourceStateRequest> =
  message<UpgradeResourceStateRequest>('tfplugin6.UpgradeResourceState.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'version', type: 'int64' },
    { no: 3, name: 'rawState', type: RawState },
  ]);

export interface UpgradeResourceStateResponse {
  readonly upgradedState?: DynamicValue;
  readonly diagnostics: readonly Diagnostic[];
}

export const UpgradeResourceStateResponse: MessageType<UpgradeResourceStateResponse> =
  message<UpgradeResourceStateResponse>('tfplugin6.UpgradeResourceState.Response', () => [
    { no: 1, name: 'upgradedState', type: DynamicValue },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface ReadResourceRequest {
  readonly typeName: string;
  readonly currentState?: DynamicValue;
  readonly private: Uint8Array;
  readonly providerMeta?: DynamicValue;
  readonly clientCapabilities?: ClientCapabilities;
  readonly currentIdentity?: ResourceIdentityData;
}

export const ReadResourceRequest: MessageType<ReadResourceRequest> = message<ReadResourceRequest>(
  'tfplugin6.ReadResource.Request',
  () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'currentState', type: DynamicValue },
    { no: 3, name: 'private', type: 'bytes' },
    { no: 4, name: 'providerMeta', type: DynamicValue },
    { no: 5, name: 'clientCapabilities', type: ClientCapabilities },
    { no: 6, name: 'currentIdentity', type: ResourceIdentityData },
  ],
);

export interface ReadResourceResponse {
  readonly newState?: DynamicValue;
  readonly diagnostics: readonly Diagnostic[];
  readonly private: Uint8Array;
  readonly deferred?: Deferred;
  readonly newIdentity?: ResourceIdentityData;
}

export const ReadResourceResponse: MessageType<ReadResourceResponse> = message<ReadResourceResponse>(
  'tfplugin6.ReadResource.Response',
  () => [
    { no: 1, name: 'newState', type: DynamicValue },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 3, name: 'private', type: 'bytes' },
    { no: 4, name: 'deferred', type: Deferred },
    { no: 5, name: 'newIdentity', type: ResourceIdentityData },
  ],
);

export interface PlanResourceChangeRequest {
  readonly typeName: string;
  readonly priorState?: DynamicValue;
  readonly proposedNewState?: DynamicValue;
  readonly config?: DynamicValue;
  readonly priorPrivate: Uint8Array;
  readonly providerMeta?: DynamicValue;
  readonly clientCapabilities?: ClientCapabilities;
  readonly priorIdentity?: ResourceIdentityData;
}

export const PlanResourceChangeRequest: MessageType<PlanResourceChangeRequest> = message<PlanResourceChangeRequest>(
  'tfplugin6.PlanResourceChange.Request',
  () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'priorState', type: DynamicValue },
    { no: 3, name: 'proposedNewState', type: DynamicValue },
    { no: 4, name: 'config', type: DynamicValue },
    { no: 5, name: 'priorPrivate', type: 'bytes' },
    { no: 6, name: 'providerMeta', type: DynamicValue },
    { no: 7, name: 'clientCapabilities', type: ClientCapabilities },
    { no: 8, name: 'priorIdentity', type: ResourceIdentityData },
  ],
);

export interface PlanResourceChangeResponse {
  readonly plannedState?: DynamicValue;
  readonly requiresReplace: readonly AttributePath[];
  readonly plannedPrivate: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
  readonly legacyTypeSystem: boolean;
  readonly deferred?: Deferred;
  readonly plannedIdentity?: ResourceIdentityData;
}

export const PlanResourceChangeResponse: MessageType<PlanResourceChangeResponse> = message<PlanResourceChangeResponse>(
  'tfplugin6.PlanResourceChange.Response',
  () => [
    { no: 1, name: 'plannedState', type: DynamicValue },
    { no: 2, name: 'requiresReplace', type: AttributePath, as: 'repeated' },
    { no: 3, name: 'plannedPrivate', type: 'bytes' },
    { no: 4, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 5, name: 'legacyTypeSystem', type: 'bool' },
    { no: 6, name: 'deferred', type: Deferred },
    { no: 7, name: 'plannedIdentity', type: ResourceIdentityData },
  ],
);

export interface ApplyResourceChangeRequest {
  readonly typeName: string;
  readonly priorState?: DynamicValue;
  readonly plannedState?: DynamicValue;
  readonly config?: DynamicValue;
  readonly plannedPrivate: Uint8Array;
  readonly providerMeta?: DynamicValue;
  readonly plannedIdentity?: ResourceIdentityData;
}

export const ApplyResourceChangeRequest: MessageType<ApplyResourceChangeRequest> = message<ApplyResourceChangeRequest>(
  'tfplugin6.ApplyResourceChange.Request',
  () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'priorState', type: DynamicValue },
    { no: 3, name: 'plannedState', type: DynamicValue },
    { no: 4, name: 'config', type: DynamicValue },
    { no: 5, name: 'plannedPrivate', type: 'bytes' },
    { no: 6, name: 'providerMeta', type: DynamicValue },
    { no: 7, name: 'plannedIdentity', type: ResourceIdentityData },
  ],
);

export interface ApplyResourceChangeResponse {
  readonly newState?: DynamicValue;
  readonly private: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
  readonly legacyTypeSystem: boolean;
  readonly newIdentity?: ResourceIdentityData;
}

export const ApplyResourceChangeResponse: MessageType<ApplyResourceChangeResponse> =
  message<ApplyResourceChangeResponse>('tfplugin6.ApplyResourceChange.Response', () => [
    { no: 1, name: 'newState', type: DynamicValue },
    { no: 2, name: 'private', type: 'bytes' },
    { no: 3, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 4, name: 'legacyTypeSystem', type: 'bool' },
    { no: 5, name: 'newIdentity', type: ResourceIdentityData },
  ]);

export interface ImportResourceStateRequest {
  readonly typeName: string;
  readonly id: string;
  readonly clientCapabilities?: ClientCapabilities;
  readonly identity?: ResourceIdentityData;
}

export const ImportResourceStateRequest: MessageType<ImportResourceStateRequest> = message<ImportResourceStateRequest>(
  'tfplugin6.ImportResourceState.Request',
  () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'id', type: 'string' },
    { no: 3, name: 'clientCapabilities', type: ClientCapabilities },
    { no: 4, name: 'identity', type: ResourceIdentityData },
  ],
);

export interface ImportResourceStateImportedResource {
  readonly typeName: string;
  readonly state?: DynamicValue;
  readonly private: Uint8Array;
  readonly identity?: ResourceIdentityData;
}

export const ImportResourceStateImportedResource: MessageType<ImportResourceStateImportedResource> =
  message<ImportResourceStateImportedResource>('tfplugin6.ImportResourceState.ImportedResource', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'state', type: DynamicValue },
    { no: 3, name: 'private', type: 'bytes' },
    { no: 4, name: 'identity', type: ResourceIdentityData },
  ]);

export interface ImportResourceStateResponse {
  readonly importedResources: readonly ImportResourceStateImportedResource[];
  readonly diagnostics: readonly Diagnostic[];
  readonly deferred?: Deferred;
}

export const ImportResourceStateResponse: MessageType<ImportResourceStateResponse> =
  message<ImportResourceStateResponse>('tfplugin6.ImportResourceState.Response', () => [
    { no: 1, name: 'importedResources', type: ImportResourceStateImportedResource, as: 'repeated' },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 3, name: 'deferred', type: Deferred },
  ]);

export interface GenerateResourceConfigRequest {
  readonly typeName: string;
  readonly state?: DynamicValue;
}

export const GenerateResourceConfigRequest: MessageType<GenerateResourceConfigRequest> =
  message<GenerateResourceConfigRequest>('tfplugin6.GenerateResourceConfig.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'state', type: DynamicValue },
  ]);

export interface GenerateResourceConfigResponse {
  readonly config?: DynamicValue;
  readonly diagnostics: readonly Diagnostic[];
}

export const GenerateResourceConfigResponse: MessageType<GenerateResourceConfigResponse> =
  message<GenerateResourceConfigResponse>('tfplugin6.GenerateResourceConfig.Response', () => [
    { no: 1, name: 'config', type: DynamicValue },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface MoveResourceStateRequest {
  readonly sourceProviderAddress: string;
  readonly sourceTypeName: string;
  readonly sourceSchemaVersion: number;
  readonly sourceState?: RawState;
  readonly targetTypeName: string;
  readonly sourcePrivate: Uint8Array;
  readonly sourceIdentity?: RawState;
  readonly sourceIdentitySchemaVersion: number;
}

export const MoveResourceStateRequest: MessageType<MoveResourceStateRequest> = message<MoveResourceStateRequest>(
  'tfplugin6.MoveResourceState.Request',
  () => [
    { no: 1, name: 'sourceProviderAddress', type: 'string' },
    { no: 2, name: 'sourceTypeName', type: 'string' },
    { no: 3, name: 'sourceSchemaVersion', type: 'int64' },
    { no: 4, name: 'sourceState', type: RawState },
    { no: 5, name: 'targetTypeName', type: 'string' },
    { no: 6, name: 'sourcePrivate', type: 'bytes' },
    { no: 7, name: 'sourceIdentity', type: RawState },
    { no: 8, name: 'sourceIdentitySchemaVersion', type: 'int64' },
  ],
);

export interface MoveResourceStateResponse {
  readonly targetState?: DynamicValue;
  readonly diagnostics: readonly Diagnostic[];
  readonly targetPrivate: Uint8Array;
  readonly targetIdentity?: ResourceIdentityData;
}

export const MoveResourceStateResponse: MessageType<MoveResourceStateResponse> = message<MoveResourceStateResponse>(
  'tfplugin6.MoveResourceState.Response',
  () => [
    { no: 1, name: 'targetState', type: DynamicValue },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 3, name: 'targetPrivate', type: 'bytes' },
    { no: 4, name: 'targetIdentity', type: ResourceIdentityData },
  ],
);

export interface GetResourceIdentitySchemasRequest {}

export const GetResourceIdentitySchemasRequest: MessageType<GetResourceIdentitySchemasRequest> =
  message<GetResourceIdentitySchemasRequest>('tfplugin6.GetResourceIdentitySchemas.Request', () => []);

export interface GetResourceIdentitySchemasResponse {
  readonly identitySchemas: ReadonlyMap<string, ResourceIdentitySchema>;
  readonly diagnostics: readonly Diagnostic[];
}

export const GetResourceIdentitySchemasResponse: MessageType<GetResourceIdentitySchemasResponse> =
  message<GetResourceIdentitySchemasResponse>('tfplugin6.GetResourceIdentitySchemas.Response', () => [
    { no: 1, name: 'identitySchemas', type: ResourceIdentitySchema, as: 'map' },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface UpgradeResourceIdentityRequest {
  readonly typeName: string;
  readonly version: number;
  readonly rawIdentity?: RawState;
}

export const UpgradeResourceIdentityRequest: MessageType<UpgradeResourceIdentityRequest> =
  message<UpgradeResourceIdentityRequest>('tfplugin6.UpgradeResourceIdentity.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'version', type: 'int64' },
    { no: 3, name: 'rawIdentity', type: RawState },
  ]);

export interface UpgradeResourceIdentityResponse {
  readonly upgradedIdentity?: ResourceIdentityData;
  readonly diagnostics: readonly Diagnostic[];
}

export const UpgradeResourceIdentityResponse: MessageType<UpgradeResourceIdentityResponse> =
  message<UpgradeResourceIdentityResponse>('tfplugin6.UpgradeResourceIdentity.Response', () => [
    { no: 1, name: 'upgradedIdentity', type: ResourceIdentityData },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface ValidateDataResourceConfigRequest {
  readonly typeName: string;
  readonly config?: DynamicValue;
}

export const ValidateDataResourceConfigRequest: MessageType<ValidateDataResourceConfigRequest> =
  message<ValidateDataResourceConfigRequest>('tfplugin6.ValidateDataResourceConfig.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
  ]);

export interface ValidateDataResourceConfigResponse {
  readonly diagnostics: readonly Diagnostic[];
}

export const ValidateDataResourceConfigResponse: MessageType<ValidateDataResourceConfigResponse> =
  message<ValidateDataResourceConfigResponse>('tfplugin6.ValidateDataResourceConfig.Response', () => [
    { no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface ReadDataSourceRequest {
  readonly typeName: string;
  readonly config?: DynamicValue;
  readonly providerMeta?: DynamicValue;
  readonly clientCapabilities?: ClientCapabilities;
}

export const ReadDataSourceRequest: MessageType<ReadDataSourceRequest> = message<ReadDataSourceRequest>(
  'tfplugin6.ReadDataSource.Request',
  () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
    { no: 3, name: 'providerMeta', type: DynamicValue },
    { no: 4, name: 'clientCapabilities', type: ClientCapabilities },
  ],
);

export interface ReadDataSourceResponse {
  readonly state?: DynamicValue;
  readonly diagnostics: readonly Diagnostic[];
  readonly deferred?: Deferred;
}

export const ReadDataSourceResponse: MessageType<ReadDataSourceResponse> = message<ReadDataSourceResponse>(
  'tfplugin6.ReadDataSource.Response',
  () => [
    { no: 1, name: 'state', type: DynamicValue },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 3, name: 'deferred', type: Deferred },
  ],
);

export interface ValidateEphemeralResourceConfigRequest {
  readonly typeName: string;
  readonly config?: DynamicValue;
}

export const ValidateEphemeralResourceConfigRequest: MessageType<ValidateEphemeralResourceConfigRequest> =
  message<ValidateEphemeralResourceConfigRequest>('tfplugin6.ValidateEphemeralResourceConfig.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
  ]);

export interface ValidateEphemeralResourceConfigResponse {
  readonly diagnostics: readonly Diagnostic[];
}

export const ValidateEphemeralResourceConfigResponse: MessageType<ValidateEphemeralResourceConfigResponse> =
  message<ValidateEphemeralResourceConfigResponse>('tfplugin6.ValidateEphemeralResourceConfig.Response', () => [
    { no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface OpenEphemeralResourceRequest {
  readonly typeName: string;
  readonly config?: DynamicValue;
  readonly clientCapabilities?: ClientCapabilities;
}

export const OpenEphemeralResourceRequest: MessageType<OpenEphemeralResourceRequest> =
  message<OpenEphemeralResourceRequest>('tfplugin6.OpenEphemeralResource.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
    { no: 3, name: 'clientCapabilities', type: ClientCapabilities },
  ]);

export interface OpenEphemeralResourceResponse {
  readonly diagnostics: readonly Diagnostic[];
  readonly renewAt?: Timestamp;
  readonly result?: DynamicValue;
  readonly private?: Uint8Array;
  readonly deferred?: Deferred;
}

export const OpenEphemeralResourceResponse: MessageType<OpenEphemeralResourceResponse> =
  message<OpenEphemeralResourceResponse>('tfplugin6.OpenEphemeralResource.Response', () => [
    { no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 2, name: 'renewAt', type: Timestamp },
    { no: 3, name: 'result', type: DynamicValue },
    { no: 4, name: 'private', type: 'bytes', as: 'optional' },
    { no: 5, name: 'deferred', type: Deferred },
  ]);

export interface RenewEphemeralResourceRequest {
  readonly typeName: string;
  readonly private?: Uint8Array;
}

export const RenewEphemeralResourceRequest: MessageType<RenewEphemeralResourceRequest> =
  message<RenewEphemeralResourceRequest>('tfplugin6.RenewEphemeralResource.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'private', type: 'bytes', as: 'optional' },
  ]);

export interface RenewEphemeralResourceResponse {
  readonly diagnostics: readonly Diagnostic[];
  readonly renewAt?: Timestamp;
  readonly private?: Uint8Array;
}

export const RenewEphemeralResourceResponse: MessageType<RenewEphemeralResourceResponse> =
  message<RenewEphemeralResourceResponse>('tfplugin6.RenewEphemeralResource.Response', () => [
    { no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 2, name: 'renewAt', type: Timestamp },
    { no: 3, name: 'private', type: 'bytes', as: 'optional' },
  ]);

export interface CloseEphemeralResourceRequest {
  readonly typeName: string;
  readonly private?: Uint8Array;
}

export const CloseEphemeralResourceRequest: MessageType<CloseEphemeralResourceRequest> =
  message<CloseEphemeralResourceRequest>('tfplugin6.CloseEphemeralResource.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'private', type: 'bytes', as: 'optional' },
  ]);

export interface CloseEphemeralResourceResponse {
  readonly diagnostics: readonly Diagnostic[];
}

export const CloseEphemeralResourceResponse: MessageType<CloseEphemeralResourceResponse> =
  message<CloseEphemeralResourceResponse>('tfplugin6.CloseEphemeralResource.Response', () => [
    { no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface GetFunctionsRequest {}

export const GetFunctionsRequest: MessageType<GetFunctionsRequest> = message<GetFunctionsRequest>(
  'tfplugin6.GetFunctions.Request',
  () => [],
);

export interface GetFunctionsResponse {
  readonly functions: ReadonlyMap<string, FunctionSignature>;
  readonly diagnostics: readonly Diagnostic[];
}

export const GetFunctionsResponse: MessageType<GetFunctionsResponse> = message<GetFunctionsResponse>(
  'tfplugin6.GetFunctions.Response',
  () => [
    { no: 1, name: 'functions', type: FunctionSignature, as: 'map' },
    { no: 2, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ],
);

export interface CallFunctionRequest {
  readonly name: string;
  readonly arguments: readonly DynamicValue[];
}

export const CallFunctionRequest: MessageType<CallFunctionRequest> = message<CallFunctionRequest>(
  'tfplugin6.CallFunction.Request',
  () => [
    { no: 1, name: 'name', type: 'string' },
    { no: 2, name: 'arguments', type: DynamicValue, as: 'repeated' },
  ],
);

export interface CallFunctionResponse {
  readonly result?: DynamicValue;
  readonly error?: FunctionError;
}

export const CallFunctionResponse: MessageType<CallFunctionResponse> = message<CallFunctionResponse>(
  'tfplugin6.CallFunction.Response',
  () => [
    { no: 1, name: 'result', type: DynamicValue },
    { no: 2, name: 'error', type: FunctionError },
  ],
);

export interface ValidateListResourceConfigRequest {
  readonly typeName: string;
  readonly config?: DynamicValue;
  readonly includeResourceObject?: DynamicValue;
  readonly limit?: DynamicValue;
}

export const ValidateListResourceConfigRequest: MessageType<ValidateListResourceConfigRequest> =
  message<ValidateListResourceConfigRequest>('tfplugin6.ValidateListResourceConfig.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
    { no: 3, name: 'includeResourceObject', type: DynamicValue },
    { no: 4, name: 'limit', type: DynamicValue },
  ]);

export interface ValidateListResourceConfigResponse {
  readonly diagnostics: readonly Diagnostic[];
}

export const ValidateListResourceConfigResponse: MessageType<ValidateListResourceConfigResponse> =
  message<ValidateListResourceConfigResponse>('tfplugin6.ValidateListResourceConfig.Response', () => [
    { no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface ListResourceRequest {
  readonly typeName: string;
  readonly config?: DynamicValue;
  readonly includeResourceObject: boolean;
  readonly limit: number;
}

export const ListResourceRequest: MessageType<ListResourceRequest> = message<ListResourceRequest>(
  'tfplugin6.ListResource.Request',
  () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
    { no: 3, name: 'includeResourceObject', type: 'bool' },
    { no: 4, name: 'limit', type: 'int64' },
  ],
);

export interface ListResourceEvent {
  readonly identity?: ResourceIdentityData;
  readonly displayName: string;
  readonly resourceObject?: DynamicValue;
  readonly diagnostic: readonly Diagnostic[];
}

export const ListResourceEvent: MessageType<ListResourceEvent> = message<ListResourceEvent>(
  'tfplugin6.ListResource.Event',
  () => [
    { no: 1, name: 'identity', type: ResourceIdentityData },
    { no: 2, name: 'displayName', type: 'string' },
    { no: 3, name: 'resourceObject', type: DynamicValue },
    { no: 4, name: 'diagnostic', type: Diagnostic, as: 'repeated' },
  ],
);

export interface ValidateActionConfigRequest {
  readonly typeName: string;
  readonly config?: DynamicValue;
}

export const ValidateActionConfigRequest: MessageType<ValidateActionConfigRequest> =
  message<ValidateActionConfigRequest>('tfplugin6.ValidateActionConfig.Request', () => [
    { no: 1, name: 'typeName', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
  ]);

export interface ValidateActionConfigResponse {
  readonly diagnostics: readonly Diagnostic[];
}

export const ValidateActionConfigResponse: MessageType<ValidateActionConfigResponse> =
  message<ValidateActionConfigResponse>('tfplugin6.ValidateActionConfig.Response', () => [
    { no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
  ]);

export interface PlanActionRequest {
  readonly actionType: string;
  readonly config?: DynamicValue;
  readonly clientCapabilities?: ClientCapabilities;
}

export const PlanActionRequest: MessageType<PlanActionRequest> = message<PlanActionRequest>(
  'tfplugin6.PlanAction.Request',
  () => [
    { no: 1, name: 'actionType', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
    { no: 3, name: 'clientCapabilities', type: ClientCapabilities },
  ],
);

export interface PlanActionResponse {
  readonly diagnostics: readonly Diagnostic[];
  readonly deferred?: Deferred;
}

export const PlanActionResponse: MessageType<PlanActionResponse> = message<PlanActionResponse>(
  'tfplugin6.PlanAction.Response',
  () => [
    { no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' },
    { no: 2, name: 'deferred', type: Deferred },
  ],
);

export interface InvokeActionRequest {
  readonly actionType: string;
  readonly config?: DynamicValue;
  readonly clientCapabilities?: ClientCapabilities;
}

export const InvokeActionRequest: MessageType<InvokeActionRequest> = message<InvokeActionRequest>(
  'tfplugin6.InvokeAction.Request',
  () => [
    { no: 1, name: 'actionType', type: 'string' },
    { no: 2, name: 'config', type: DynamicValue },
    { no: 3, name: 'clientCapabilities', type: ClientCapabilities },
  ],
);

export interface InvokeActionEventProgress {
  readonly message: string;
}

export const InvokeActionEventProgress: MessageType<InvokeActionEventProgress> = message<InvokeActionEventProgress>(
  'tfplugin6.InvokeAction.Event.Progress',
  () => [{ no: 1, name: 'message', type: 'string' }],
);

export interface InvokeActionEventCompleted {
  readonly diagnostics: readonly Diagnostic[];
}

export const InvokeActionEventCompleted: MessageType<InvokeActionEventCompleted> = message<InvokeActionEventCompleted>(
  'tfplugin6.InvokeAction.Event.Completed',
  () => [{ no: 1, name: 'diagnostics', type: Diagnostic, as: 'repeated' }],
);

export interface InvokeActionEvent {
  readonly type?:
    | { readonly case: 'progress'; readonly value: InvokeActionEventProgress }
    | { readonly case: 'completed'; readonly value: InvokeActionEventCompleted };
}

export const InvokeActionEvent: MessageType<InvokeActionEvent> = message<InvokeActionEvent>(
  'tfplugin6.InvokeAction.Event',
  () => [
    { no: 1, name: 'progress', type: InvokeActionEventProgress, oneof: 'type' },
    { no: 2, name: 'completed', type: InvokeActionEventCompleted, oneof: 'type' },
  ],
);

/** The procedures of tfplugin6.Provider. */
export const Provider = {
  GetMetadata: unary('/tfplugin6.Provider/GetMetadata', GetMetadataRequest, GetMetadataResponse),
  GetProviderSchema: unary(
    '/tfplugin6.Provider/GetProviderSchema',
    GetProviderSchemaRequest,
    GetProviderSchemaResponse,
  ),
  GetResourceIdentitySchemas: unary(
    '/tfplugin6.Provider/GetResourceIdentitySchemas',
    GetResourceIdentitySchemasRequest,
    GetResourceIdentitySchemasResponse,
  ),
  GetFunctions: unary('/tfplugin6.Provider/GetFunctions', GetFunctionsRequest, GetFunctionsResponse),
  CallFunction: unary('/tfplugin6.Provider/CallFunction', CallFunctionRequest, CallFunctionResponse),
  ValidateProviderConfig: unary(
    '/tfplugin6.Provider/ValidateProviderConfig',
    ValidateProviderConfigRequest,
    ValidateProviderConfigResponse,
  ),
  ValidateResourceConfig: unary(
    '/tfplugin6.Provider/ValidateResourceConfig',
    ValidateResourceConfigRequest,
    ValidateResourceConfigResponse,
  ),
  ValidateDataResourceConfig: unary(
    '/tfplugin6.Provider/ValidateDataResourceConfig',
    ValidateDataResourceConfigRequest,
    ValidateDataResourceConfigResponse,
  ),
  ValidateEphemeralResourceConfig: unary(
    '/tfplugin6.Provider/ValidateEphemeralResourceConfig',
    ValidateEphemeralResourceConfigRequest,
    ValidateEphemeralResourceConfigResponse,
  ),
  ValidateListResourceConfig: unary(
    '/tfplugin6.Provider/ValidateListResourceConfig',
    ValidateListResourceConfigRequest,
    ValidateListResourceConfigResponse,
  ),
  ValidateActionConfig: unary(
    '/tfplugin6.Provider/ValidateActionConfig',
    ValidateActionConfigRequest,
    ValidateActionConfigResponse,
  ),
  UpgradeResourceState: unary(
    '/tfplugin6.Provider/UpgradeResourceState',
    UpgradeResourceStateRequest,
    UpgradeResourceStateResponse,
  ),
  UpgradeResourceIdentity: unary(
    '/tfplugin6.Provider/UpgradeResourceIdentity',
    UpgradeResourceIdentityRequest,
    UpgradeResourceIdentityResponse,
  ),
  MoveResourceState: unary(
    '/tfplugin6.Provider/MoveResourceState',
    MoveResourceStateRequest,
    MoveResourceStateResponse,
  ),
  ConfigureProvider: unary(
    '/tfplugin6.Provider/ConfigureProvider',
    ConfigureProviderRequest,
    ConfigureProviderResponse,
  ),
  ReadDataSource: unary('/tfplugin6.Provider/ReadDataSource', ReadDataSourceRequest, ReadDataSourceResponse),
  ReadResource: unary('/tfplugin6.Provider/ReadResource', ReadResourceRequest, ReadResourceResponse),
  PlanResourceChange: unary(
    '/tfplugin6.Provider/PlanResourceChange',
    PlanResourceChangeRequest,
    PlanResourceChangeResponse,
  ),
  ApplyResourceChange: unary(
    '/tfplugin6.Provider/ApplyResourceChange',
    ApplyResourceChangeRequest,
    ApplyResourceChangeResponse,
  ),
  ImportResourceState: unary(
    '/tfplugin6.Provider/ImportResourceState',
    ImportResourceStateRequest,
    ImportResourceStateResponse,
  ),
  GenerateResourceConfig: unary(
    '/tfplugin6.Provider/GenerateResourceConfig',
    GenerateResourceConfigRequest,
    GenerateResourceConfigResponse,
  ),
  OpenEphemeralResource: unary(
    '/tfplugin6.Provider/OpenEphemeralResource',
    OpenEphemeralResourceRequest,
    OpenEphemeralResourceResponse,
  ),
  RenewEphemeralResource: unary(
    '/tfplugin6.Provider/RenewEphemeralResource',
    RenewEphemeralResourceRequest,
    RenewEphemeralResourceResponse,
  ),
  CloseEphemeralResource: unary(
    '/tfplugin6.Provider/CloseEphemeralResource',
    CloseEphemeralResourceRequest,
    CloseEphemeralResourceResponse,
  ),
  ListResource: stream('/tfplugin6.Provider/ListResource', ListResourceRequest, ListResourceEvent),
  PlanAction: unary('/tfplugin6.Provider/PlanAction', PlanActionRequest, PlanActionResponse),
  InvokeAction: stream('/tfplugin6.Provider/InvokeAction', InvokeActionRequest, InvokeActionEvent),
  StopProvider: unary('/tfplugin6.Provider/StopProvider', StopProviderRequest, StopProviderResponse),
};
