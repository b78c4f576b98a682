/** The harness that the acceptance suite and the demo share. */
export { findArtifacts, type Artifacts } from './harness/artifacts';
export { emulatedCloud } from './harness/cloud-emulated';
export { namespacesForbidden } from './harness/namespace';
export { runAgainInUserNamespace } from './harness/user-namespace';
export { Scope } from './harness/scope';
export { addGateway, type SecondGateway } from './harness/second-gateway';
export { DATA_NIC, NODE_FQDN, setStage, type Stage } from './harness/stage';
export { changeTable, type Snapshot } from './harness/table';
export { createTerraform, type Terraform } from './harness/terraform';
export { findTerraform } from './harness/terraform-binary';
export { until } from './harness/until';
