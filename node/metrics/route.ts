import type { createApp } from '../server/app';

type App = ReturnType<typeof createApp>;

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** The same app; `/metrics` is served to processes on this host without a key. */
export function openMetricsLocally(app: App): Pick<App, 'fetch'> {
  return {
    fetch: (request, env, context) => {
      const { socket } = (env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming ?? {};
      const isLocal = LOOPBACK.test(socket?.remoteAddress ?? '') && new URL(request.url).pathname === '/metrics';
      return app.fetch(request, isLocal ? { ...(env as object), local: true } : env, context);
    },
  };
}
