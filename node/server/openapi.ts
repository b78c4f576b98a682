import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import {
  CheckResult,
  CONFIG_VERSION_HEADER,
  MAX_WAIT_SECONDS,
  NetworkConfig,
  Node,
  NodeStatus,
  Organisation,
} from '@tg/api';
import { VERSION } from '../version';

const json = (description: string, schema: z.ZodType) => ({
  description,
  content: { 'application/json': { schema } },
});
const Message = z.object({ message: z.string() }).meta({ id: 'Message' });
const Sentences = z.array(z.string()).meta({ id: 'Sentences', description: 'What is wrong, a sentence each' });

const FAILURES = {
  401: json('No API key, or one that is not known here', Message),
  404: json('No such node or path', Message),
  405: json('No such method on this path; `Allow` names those there are', Message),
} as const;
const BODY_FAILURES = {
  ...FAILURES,
  400: json('The body is not JSON', Message),
  413: json('The body is over 1 MiB', Message),
  422: json('The body is not a valid config for this node; nothing was stored', Sentences),
} as const;
const etag = { ETag: { description: 'Strong; changes with each accepted write', schema: { type: 'string' } } } as const;
const uid = { path: z.object({ uid: z.string().meta({ description: "The node's uid" }) }) };
const fqdn = { path: z.object({ fqdn: z.string() }) };

const read = (
  summary: string,
  schema: z.ZodType,
  more: Partial<ZodOpenApiOperationObject> = {},
): ZodOpenApiOperationObject => ({
  summary,
  ...more,
  responses: { 200: json(summary, schema), ...FAILURES, ...more.responses },
});

let document: ReturnType<typeof createDocument> | null = null;

/** The OpenAPI 3.1 document of the config API, generated from the schemas that validate it. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  document ??= createDocument({
    openapi: '3.1.0',
    info: {
      title: 'tg-node config API',
      version: VERSION,
      description: 'The part of the Trustgrid portal API that a node serves itself.',
    },
    security: [{ token: [] }],
    components: {
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`trustgrid-token ID:SECRET`' },
      },
    },
    paths: {
      '/openapi.json': { get: read('This document', z.looseObject({})) },
      '/org/mine': { get: read('Whether the credentials work', Organisation) },
      '/node': {
        get: read('The nodes here: this one', z.array(Node), {
          requestParams: { query: z.object({ cluster: z.string().optional() }) },
        }),
      },
      '/node/{uid}': {
        get: {
          summary: 'This node',
          requestParams: uid,
          responses: { 200: { ...json('The node', Node), headers: etag }, ...FAILURES },
        },
      },
      '/node/by-fqdn/{fqdn}': {
        get: {
          summary: 'This node',
          requestParams: fqdn,
          responses: { 200: { ...json('The node', Node), headers: etag }, ...FAILURES },
        },
      },
      '/node/{uid}/config/network': {
        put: {
          summary: 'Replaces the network config whole',
          requestParams: { ...uid, header: z.object({ 'If-Match': z.string().optional() }) },
          requestBody: { required: true, ...json('The config', NetworkConfig) },
          responses: {
            200: {
              ...json('Stored; the node with the new config', Node),
              headers: {
                ...etag,
                [CONFIG_VERSION_HEADER]: {
                  description: 'The version to ask the status for',
                  schema: { type: 'integer' },
                },
              },
            },
            ...BODY_FAILURES,
            412: json('If-Match does not name the current ETag', Message),
            507: json('The node could not store it (disk full); nothing was changed', Message),
          },
        },
      },
      '/node/{uid}/config/network/check': {
        post: {
          summary: 'What would be wrong with a config; stores nothing',
          requestParams: uid,
          requestBody: { required: true, ...json('The config', NetworkConfig) },
          responses: { 200: json('What was found', CheckResult), ...BODY_FAILURES },
        },
      },
      '/node/{uid}/status': {
        get: {
          summary: 'What is wanted, seen and wrong; with version and nic: the outcome of that write, waited for',
          requestParams: {
            ...uid,
            query: z.object({
              version: z.int().min(1).optional(),
              nic: z.string().optional(),
              wait: z.int().min(0).max(MAX_WAIT_SECONDS).optional().meta({ description: 'Seconds' }),
            }),
          },
          responses: { 200: json('The status', NodeStatus), ...FAILURES, 422: json('A parameter is wrong', Sentences) },
        },
      },
      '/cluster/{fqdn}': { get: { summary: 'A cluster: none here', requestParams: fqdn, responses: FAILURES } },
      '/cluster/{fqdn}/config/network': {
        put: { summary: "A cluster's config: none here", requestParams: fqdn, responses: FAILURES },
      },
    },
  });
  return document;
}
