import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ControlAnswer } from './control-api';
import type { QueryRequest, Reaction } from './engine';

const BODY_LIMIT = 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(response: ServerResponse, { status, body }: ControlAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function react(reaction: Reaction, request: IncomingMessage, response: ServerResponse): void {
  switch (reaction.kind) {
    case 'answer':
      response.writeHead(reaction.answer.status, {
        'content-type': reaction.answer.contentType,
        'content-length': Buffer.byteLength(reaction.answer.body),
        server: 'AmazonEC2',
      });
      response.end(reaction.answer.body);
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'silence':
      return;
  }
}

/** The HTTP side: Query requests at `/`, the control API below `/_vpc/`. */
export function createEndpoint(handlers: {
  query: (request: QueryRequest) => Promise<Reaction>;
  control: (method: string, path: string, body: string) => Promise<ControlAnswer>;
}): Server {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://vpc');
    const body = await readBody(request);
    if (body === null) {
      sendJson(response, { status: 413, body: { message: 'The body is over 1 MiB.' } });
      request.destroy();
      return;
    }
    const method = request.method ?? 'GET';
    if (url.pathname.startsWith('/_vpc/')) {
      sendJson(response, await handlers.control(method, url.pathname, body));
      return;
    }
    if (url.pathname !== '/') {
      sendJson(response, { status: 404, body: { message: `There is nothing at ${url.pathname}: EC2 answers at /.` } });
      return;
    }
    const form = method === 'GET' ? url.search.slice(1) : body;
    react(await handlers.query({ form, query: url.searchParams, headers: request.headers }), request, response);
  };
  return createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // The client has gone, or the connection broke: there is nobody to tell.
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
}
