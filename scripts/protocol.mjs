// Writes provider/framework/protocol/tfplugin6.generated.ts from tfplugin6.proto: an interface, a field table and a message type for
// each message, and the service's procedures. `node scripts/protocol.mjs --check` only says whether the file is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import protobuf from 'protobufjs';

const PROTO = new URL('../provider/framework/protocol/tfplugin6.proto', import.meta.url);
const OUTPUT = new URL('../provider/framework/protocol/tfplugin6.generated.ts', import.meta.url);

/** Names that would shadow a global of TypeScript. */
const RENAMED = { Function: 'FunctionSignature' };

const text = await generate();
if (!process.argv.includes('--check')) writeFileSync(OUTPUT, text);
else if (readFileSync(OUTPUT, 'utf8') !== text) {
  console.error('tfplugin6.generated.ts is not what tfplugin6.proto says: run `node scripts/protocol.mjs`.');
  process.exit(1);
}

async function generate() {
  const { root, package: name } = protobuf.parse(readFileSync(PROTO, 'utf8'), {
    keepCase: true,
    alternateCommentMode: true,
  });
  root.addJSON(protobuf.common.get('google/protobuf/timestamp.proto').nested);
  root.resolveAll();
  const parts = [...declarations(root.lookup('google.protobuf')), ...declarations(root.lookup(name))];
  const source = [
    '// Written by scripts/protocol.mjs from tfplugin6.proto. Do not edit.',
    "import { message, type MessageType } from './message';",
    "import { stream, unary } from './rpc';",
    ...parts,
  ].join('\n\n');
  return format(source, { ...(await resolveConfig(PROTO)), parser: 'typescript' });
}

function declarations(namespace) {
  const servicesLast = [...namespace.nestedArray].sort(
    (a, b) => (a instanceof protobuf.Service) - (b instanceof protobuf.Service),
  );
  return servicesLast.flatMap((item) => {
    if (item instanceof protobuf.Enum) return [enumeration(item)];
    if (item instanceof protobuf.Service) return [service(item)];
    if (!(item instanceof protobuf.Type)) return [];
    // A message that only holds others (`PlanResourceChange` holds Request and Response) is a namespace, not a message.
    const container = item.fieldsArray.length === 0 && item.nestedArray.length > 0;
    return [...declarations(item), ...(container ? [] : [messageType(item)])];
  });
}

function enumeration(item) {
  const values = Object.entries(item.values);
  return `export type ${typeName(item)} = ${values.map(([name]) => `'${name}'`).join(' | ')};

${doc(item)}const ${constantName(item)} = { values: { ${values.map(([name, value]) => `${name}: ${value}`).join(', ')} } };`;
}

function messageType(item) {
  const name = typeName(item);
  return `${doc(item)}export interface ${name} {${properties(item).join('\n')}}

export const ${name}: MessageType<${name}> = message<${name}>('${fullName(item)}', () => [${fields(item).map(tableRow).join(',\n')}]);`;
}

function properties(item) {
  const own = fields(item)
    .filter((field) => oneofOf(field) === undefined)
    .map((field) => `readonly ${camel(field.name)}${mayBeAbsent(field) ? '?' : ''}: ${propertyType(field)};`);
  const oneofs = item.oneofsArray
    .filter((oneof) => !oneof.isProto3Optional)
    .map((oneof) => {
      const cases = oneof.fieldsArray.map(
        (f) => `{ readonly case: '${camel(f.name)}'; readonly value: ${valueType(f)} }`,
      );
      return `readonly ${camel(oneof.name)}?: ${cases.join(' | ')};`;
    });
  return [...own, ...oneofs];
}

function tableRow(field) {
  const as = field.map
    ? 'map'
    : field.repeated
      ? 'repeated'
      : isScalar(field) && isOptional(field)
        ? 'optional'
        : undefined;
  const oneof = oneofOf(field);
  const type =
    field.resolvedType instanceof protobuf.Enum
      ? constantName(field.resolvedType)
      : field.resolvedType
        ? typeName(field.resolvedType)
        : `'${field.type}'`;
  return `{ no: ${field.id}, name: '${camel(field.name)}', type: ${type}${as ? `, as: '${as}'` : ''}${oneof ? `, oneof: '${camel(oneof.name)}'` : ''} }`;
}

function service(item) {
  const rows = item.methodsArray.map((method) => {
    if (method.requestStream) throw new Error(`${method.name}: the plugin host serves no client streams`);
    const [request, response] = [typeName(method.resolvedRequestType), typeName(method.resolvedResponseType)];
    const kind = method.responseStream ? 'stream' : 'unary';
    return `${method.name}: ${kind}('/${fullName(item)}/${method.name}', ${request}, ${response})`;
  });
  return `/** The procedures of ${fullName(item)}. */
export const ${typeName(item)} = {\n${rows.join(',\n')}\n};`;
}

function propertyType(field) {
  if (field.map) return `ReadonlyMap<string, ${valueType(field)}>`;
  return field.repeated ? `readonly ${valueType(field)}[]` : valueType(field);
}

function valueType(field) {
  if (field.resolvedType) return typeName(field.resolvedType);
  return { string: 'string', bytes: 'Uint8Array', bool: 'boolean', int32: 'number', uint32: 'number', int64: 'number' }[
    field.type
  ];
}

function fields(item) {
  return [...item.fieldsArray].sort((a, b) => a.id - b.id);
}

function isScalar(field) {
  return !(field.resolvedType instanceof protobuf.Type);
}

function isOptional(field) {
  return field.partOf?.isProto3Optional === true;
}

function oneofOf(field) {
  return field.partOf && !isOptional(field) ? field.partOf : undefined;
}

function mayBeAbsent(field) {
  return !field.map && !field.repeated && (isOptional(field) || !isScalar(field));
}

function fullName(item) {
  return item.fullName.slice(1);
}

/** `PlanResourceChange.Request` → `PlanResourceChangeRequest`. */
function typeName(item) {
  const path = [];
  for (let at = item; at instanceof protobuf.Type || at === item; at = at.parent)
    path.unshift(RENAMED[at.name] ?? at.name);
  return path.join('');
}

function constantName(item) {
  return typeName(item)
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toUpperCase();
}

function camel(name) {
  return name.charAt(0).toLowerCase() + name.slice(1).replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
}

function doc(item) {
  const lines = item.comment?.split('\n').filter((line) => line !== '') ?? [];
  return lines.length === 0 ? '' : `/** ${lines.join('\n * ')} */\n`;
}
