/**
 * What this server can do beyond the least: it is asked to plan destroys too, and needs no GetProviderSchema in a process whose
 * Terraform remembers the schema. It moves no state between types and generates no configuration.
 */
export const SERVER_CAPABILITIES = { planDestroy: true, getProviderSchemaOptional: true };
