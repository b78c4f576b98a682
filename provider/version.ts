/** Version of the provider, without `v`. */
export const VERSION = '0.1.0';

/** Where Terraform finds the provider. */
export const ADDRESS = 'registry.terraform.io/trustgrid/tg';
