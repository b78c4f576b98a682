/** The version of the daemon, as in node/package.json. */
export const VERSION = '0.1.0';
