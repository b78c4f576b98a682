/**
 * Our additions to the portal's API, all optional for a client:
 * - `ETag` on every GET of a node (strong, changes with each accepted write) and `If-Match` on PUT (412 when it differs);
 * - `Tg-Config-Version` on the response of a PUT: the version to ask `GET /node/{uid}/status?version=` for. A server that
 *   does not send it cannot tell when a write is applied.
 */
export const CONFIG_VERSION_HEADER = 'tg-config-version';

/** The `Authorization` scheme of an API key: `trustgrid-token ID:SECRET`. */
export const TOKEN_SCHEME = 'trustgrid-token';

/** The largest body the config API takes, in bytes; more is answered with 413. */
export const MAX_BODY_BYTES = 1_048_576;

/** The longest `wait` of a status request, in seconds. */
export const MAX_WAIT_SECONDS = 60;
