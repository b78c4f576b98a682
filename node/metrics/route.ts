import type { createApp } from '../server/app';
import type { Metrics } from './metrics';

type App = ReturnType<typeof createApp>;

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Serves `GET /metrics` beside the config API. A process on this host may read them without a key. */
export function serveMetrics(app: App, metrics: Metrics): Pick<App, 'fetch'> {
  app.get('/metrics', async () => {
    const { text, contentType } = await metrics.scrape();
    return new Response(text, { headers: { 'content-type': contentType } });
  });
  return {
    fetch: (request, env, context) => {
      const remote = (env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming?.socket;
      const isLocal = new URL(request.url).pathname === '/metrics' && LOOPBACK.test(remote?.remoteAddress ?? '');
      return app.fetch(request, isLocal ? { ...(env as object), local: true } : env, context);
    },
  };
}
