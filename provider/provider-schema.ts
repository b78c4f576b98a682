import type { Config } from './framework/schema/model';
import { boolAttribute, listAttribute, stringAttribute } from './framework/schema/attributes';
import { conflicting } from './framework/schema/config-validators';
import { singleNested } from './framework/schema/nested-attributes';
import { defineSchema } from './framework/schema/schema';
import type { Validator } from './framework/schema/validator';
import { INVALID_VALUE, sizeBetween } from './framework/schema/value-validators';
import { errorAt } from './framework/schema/diagnostic';
import { pathText } from './framework/cty/path';
import { noNulls } from './resources/validators';
import { hostProblem } from './portal/endpoint';

const host: Validator<string> = (value, path) => {
  const problem = hostProblem(value);
  return problem === null ? [] : [errorAt(path, INVALID_VALUE, `${pathText(path)}: ${problem}.`)];
};

const PEM = 'as PEM text';

/** The provider block. */
export const providerSchema = defineSchema({
  description:
    'Manages gateway nodes and clusters and their network interfaces, above all the cluster IP of a gateway pair on AWS. It speaks the config API ' +
    'of `tg-node` daemons, and that of the Trustgrid portal.',
  validators: [conflicting('api_host', 'api_hosts')],
  attributes: {
    api_host: stringAttribute({
      presence: 'optional',
      description:
        'Host and port of the config API, without scheme. `{node_fqdn}`, `{node_id}` and `{cluster_fqdn}` stand for the resource’s value, so that ' +
        '`{node_fqdn}:8443` pushes to each node itself; for a cluster’s resources `{node_fqdn}` stands for each of its `node_fqdns`. `http://` in front is allowed for loopback hosts. Environment: `TG_API_HOST`. Default: ' +
        '`api.trustgrid.io`.',
      validators: [host],
    }),
    api_hosts: listAttribute({
      presence: 'optional',
      element: 'string',
      description:
        'Several hosts, each as `api_host`, tried in order: one that cannot be reached is passed over, and so is one that does not know the node or ' +
        'cluster, or whose placeholder the resource has no value for. Name both members of a pair of `tg-node` daemons here (with the same API key, and ' +
        'both certificates in `tls.ca_file`), so that its cluster can be read and changed while one of them is down.',
      validators: [noNulls, sizeBetween(1, 16)],
      elementValidators: [host],
    }),
    api_key_id: stringAttribute({
      presence: 'optional',
      description: 'ID of the API key. Environment: `TG_API_KEY_ID`.',
    }),
    api_key_secret: stringAttribute({
      presence: 'optional',
      sensitive: true,
      description: 'Secret of the API key. Environment: `TG_API_KEY_SECRET`.',
    }),
    api_jwt: stringAttribute({
      presence: 'optional',
      sensitive: true,
      description: 'JSON web token of the portal, used instead of an API key. Environment: `TG_JWT`.',
    }),
    org_id: stringAttribute({
      presence: 'optional',
      description:
        'UID of the organisation that the credentials must belong to; with others nothing is read or written. Environment: `TG_ORG_ID`.',
    }),
    tls: singleNested({
      presence: 'optional',
      description:
        'How the server is known and what it is shown. By default certificates are trusted that `SSL_CERT_FILE` or the system’s store trusts. ' +
        '`HTTPS_PROXY` and `NO_PROXY` of the environment are honoured.',
      attributes: {
        ca_file: stringAttribute({
          presence: 'optional',
          description:
            'File with the certificates to trust instead of the system’s, in PEM. Environment: `TG_CA_FILE`.',
        }),
        ca_pem: stringAttribute({
          presence: 'optional',
          description: `The certificates to trust, ${PEM}, instead of \`ca_file\`.`,
        }),
        cert_file: stringAttribute({
          presence: 'optional',
          description: 'File with the client’s certificate, in PEM.',
        }),
        cert_pem: stringAttribute({ presence: 'optional', description: `The client’s certificate, ${PEM}.` }),
        key_file: stringAttribute({
          presence: 'optional',
          description: 'File with the key of the client’s certificate, in PEM.',
        }),
        key_pem: stringAttribute({
          presence: 'optional',
          sensitive: true,
          description: `The key of the client’s certificate, ${PEM}.`,
        }),
        server_name: stringAttribute({
          presence: 'optional',
          description: 'The name to expect in the server’s certificate instead of the host’s.',
        }),
        insecure_skip_verify: boolAttribute({
          presence: 'optional',
          description:
            'Accept any certificate. Whoever is on the way can then read the credentials: for experiments only.',
        }),
      },
    }),
  },
});

export type ProviderConfig = Config<typeof providerSchema>;
