import { decodeJson } from '../cty/json/decode';
import { utf8Text } from '../cty/utf8';
import { isRecord } from '../cty/value';
import type { Init } from '../protocol/message';
import type { UpgradeResourceStateRequest, UpgradeResourceStateResponse } from '../protocol/tfplugin6.generated';
import { errorOf } from '../schema/diagnostic';
import { schemaType } from '../schema/implied-type';
import { wireDiagnostics } from '../schema/wire-diagnostic';
import { encodeObject } from './dynamic-value';
import type { Server } from './server';

/** Reads a stored state of any earlier version into the present schema. Called on every plan, also at the same version. */
export function upgradeResourceState<P>(
  server: Server<P>,
  request: UpgradeResourceStateRequest,
): Init<UpgradeResourceStateResponse> {
  const { schema, upgraders } = server.resource(request.typeName);
  const json = request.rawState?.json ?? new Uint8Array();
  const refuse = (detail: string): Init<UpgradeResourceStateResponse> => ({
    diagnostics: wireDiagnostics([errorOf('State cannot be upgraded', detail)]),
  });
  if (json.length === 0) {
    return refuse(
      `The state of this ${request.typeName} was written by Terraform 0.11 or earlier. Apply once with Terraform 0.12, then go on.`,
    );
  }
  if (request.version > schema.version) {
    return refuse(
      `The state of this ${request.typeName} has schema version ${request.version}, written by a later version of the provider; this one knows ` +
        `versions up to ${schema.version}. Use that later version.`,
    );
  }
  let source = utf8Text(json);
  if (request.version < schema.version) {
    let state = JSON.parse(source) as Readonly<Record<string, unknown>>;
    for (let version = request.version; version < schema.version; version++) {
      const upgrade = upgraders[version];
      if (upgrade === undefined) {
        return refuse(
          `The state of this ${request.typeName} has schema version ${version}, from which this provider knows no way to version ${version + 1}.`,
        );
      }
      state = upgrade(state);
    }
    source = JSON.stringify(state);
  }
  // Attributes that the schema no longer has (or never had: state of another provider for the same type) are dropped.
  const value = decodeJson(source, schemaType(schema), { ignoreUndefinedAttributes: true });
  return { upgradedState: encodeObject(isRecord(value) ? value : null, schema) };
}
