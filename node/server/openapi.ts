import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import {
  CheckResult,
  Cluster,
  ClusterConfig,
  ClusterStatus,
  CONFIG_VERSION_HEADER,
  CreateCluster,
  MAX_WAIT_SECONDS,
  NetworkConfig,
  Node,
  NodeStatus,
  Organisation,
  UpdateCluster,
  UpdateNode,
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
const STORE_FAILURES = {
  412: json('If-Match does not name the current ETag', Message),
  507: json('The node could not store it (disk full); nothing was changed', Message),
} as const;
const versioned = {
  ...etag,
  [CONFIG_VERSION_HEADER]: { description: 'The version to ask the status for', schema: { type: 'integer' } },
} as const;
const ifMatch = { header: z.object({ 'If-Match': z.string().optional() }) };
const outcomeQuery = z.object({
  version: z.int().min(1).optional(),
  nic: z.string().optional(),
  wait: z.int().min(0).max(MAX_WAIT_SECONDS).optional().meta({ description: 'Seconds' }),
});
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
        get: read('The nodes here: this one, and its peer in a cluster', z.array(Node), {
          requestParams: { query: z.object({ cluster: z.string().optional() }) },
        }),
      },
      '/node/{uid}': {
        get: {
          summary: 'This node; the peer is asked for itself',
          requestParams: uid,
          responses: { 200: { ...json('The node', Node), headers: etag }, ...FAILURES },
        },
        put: {
          summary: 'Puts the node into a cluster, takes it out, or changes its state',
          requestParams: uid,
          requestBody: { required: true, ...json('Membership or state', UpdateNode) },
          responses: { 200: { ...json('Stored and in force; the node', Node), headers: etag }, ...BODY_FAILURES },
        },
      },
      '/node/by-fqdn/{fqdn}': {
        get: {
          summary: 'This node; the peer is asked for itself',
          requestParams: fqdn,
          responses: { 200: { ...json('The node', Node), headers: etag }, ...FAILURES },
        },
      },
      '/node/{uid}/config/network': {
        put: {
          summary: 'Replaces the network config whole',
          requestParams: { ...uid, ...ifMatch },
          requestBody: { required: true, ...json('The config', NetworkConfig) },
          responses: {
            200: {
              ...json('Stored; the node with the new config', Node),
              headers: versioned,
            },
            ...BODY_FAILURES,
            ...STORE_FAILURES,
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
            query: outcomeQuery,
          },
          responses: { 200: json('The status', NodeStatus), ...FAILURES, 422: json('A parameter is wrong', Sentences) },
        },
      },
      '/node/{uid}/config/cluster': {
        put: {
          summary: 'Replaces the heartbeat settings; `master` is ignored',
          requestParams: uid,
          requestBody: { required: true, ...json('The settings', ClusterConfig) },
          responses: { 200: json('Stored and in force; the node', Node), ...BODY_FAILURES },
        },
      },
      '/cluster': {
        get: read('The clusters here: one or none', z.array(Cluster)),
        post: {
          summary: 'Begins a cluster without members',
          requestBody: { required: true, ...json('The cluster', CreateCluster) },
          responses: { 200: { ...json('The cluster', Cluster), headers: etag }, ...BODY_FAILURES },
        },
      },
      '/cluster/{fqdn}': {
        get: {
          summary: 'The cluster',
          requestParams: fqdn,
          responses: { 200: { ...json('The cluster', Cluster), headers: etag }, ...FAILURES },
        },
        put: {
          summary: 'Changes the settings that are named',
          requestParams: { ...fqdn, ...ifMatch },
          requestBody: { required: true, ...json('The settings', UpdateCluster) },
          responses: { 200: { ...json('The cluster', Cluster), headers: etag }, ...BODY_FAILURES, ...STORE_FAILURES },
        },
        delete: {
          summary: 'Removes a cluster that has no members',
          requestParams: fqdn,
          responses: { 200: json('Removed', z.null()), ...FAILURES, 422: json('It has members', Sentences) },
        },
      },
      '/cluster/{fqdn}/config/network': {
        put: {
          summary: "Replaces the cluster's network config whole",
          requestParams: { ...fqdn, ...ifMatch },
          requestBody: { required: true, ...json('The config', NetworkConfig) },
          responses: {
            200: { ...json('Stored; the cluster', Cluster), headers: versioned },
            ...BODY_FAILURES,
            ...STORE_FAILURES,
          },
        },
      },
      '/cluster/{fqdn}/config/network/check': {
        post: {
          summary: 'What would be wrong with a config at the members, as far as is known here; stores nothing',
          requestParams: fqdn,
          requestBody: { required: true, ...json('The config', NetworkConfig) },
          responses: { 200: json('What was found', CheckResult), ...BODY_FAILURES },
        },
      },
      '/cluster/{fqdn}/status': {
        get: {
          summary: 'Both members, roles, term; with version and nic: the outcome of that write, waited for',
          requestParams: { ...fqdn, query: outcomeQuery },
          responses: {
            200: json('The status; what NodeStatus says of config and interfaces too', ClusterStatus),
            ...FAILURES,
            422: json('A parameter is wrong', Sentences),
          },
        },
      },
      '/cluster/{fqdn}/active/{uid}': {
        put: {
          summary: 'Names the configured active member; the role follows as soon as that member can take it',
          requestParams: { path: z.object({ fqdn: z.string(), uid: z.string() }), ...ifMatch },
          responses: {
            200: { ...json('Stored; the cluster', Cluster), headers: etag },
            ...FAILURES,
            ...STORE_FAILURES,
            422: json('No such member', Sentences),
          },
        },
      },
      '/cluster/{fqdn}/conflicts/{id}': {
        delete: {
          summary: 'Clears a conflict from the list; the value in force stays',
          requestParams: { path: z.object({ fqdn: z.string(), id: z.string() }) },
          responses: { 200: json('Cleared; the cluster', Cluster), ...FAILURES },
        },
      },
    },
  });
  return document;
}
