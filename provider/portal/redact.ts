import type { PortalSettings } from './settings';

/** A function that blots the settings' secrets out of text that came from elsewhere (a server's message, a system error). */
export function redactor(settings: Pick<PortalSettings, 'credentials' | 'tls'>): (text: string) => string {
  const { credentials, tls } = settings;
  const plain = [credentials.kind === 'jwt' ? credentials.jwt : credentials.secret, tls.key ?? ''];
  const forms = plain.flatMap((s) => [
    s,
    encodeURIComponent(s),
    JSON.stringify(s).slice(1, -1),
    ...(credentials.kind === 'key' ? [Buffer.from(`${credentials.id}:${s}`).toString('base64')] : []),
  ]);
  const secrets = [...new Set(forms)].filter((s) => s.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '(secret)'), text);
}

/** A server's text made fit for one line of an error message: no control characters, at most 600 characters. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- terminals act on exactly these
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return clean.length > 600 ? `${clean.slice(0, 600)}…` : clean;
}
