import type * as z from 'zod';
import { NetworkConfig } from '@tg/api';
import { readJson } from './body';
import type { Request_ } from './context';
import { sentencesOf } from './sentences';

/** The body as the schema has it, or the answer (422) that says what is wrong with it. */
export async function readAs<T extends z.ZodType>(context: Request_, schema: T): Promise<z.infer<T> | Response> {
  const body = await readJson(context.req.raw);
  const parsed = schema.safeParse(body);
  return parsed.success ? parsed.data : context.json(sentencesOf(parsed.error, body), 422);
}

/** A network config exactly as it was sent: parsing would put the keys into the schema's order. */
export async function readNetwork(context: Request_): Promise<NetworkConfig | Response> {
  const body = await readJson(context.req.raw);
  const parsed = NetworkConfig.safeParse(body);
  return parsed.success ? (body as NetworkConfig) : context.json(sentencesOf(parsed.error, body), 422);
}
