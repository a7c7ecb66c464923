/**
 * The name of a host as URLs have it: `api.example.com`, `10.0.0.1`, `[fd00::1]`. Throws for what is none or more than
 * that, such as a URL.
 */
export function hostName(text: string): string {
  const url = `http://${text}`;
  const hostname = URL.canParse(url) ? new URL(url).hostname : "";
  const isOnlyHost = /^(?:[^/?#@:\s]+|\[[^\]]+\])$/.test(text);
  if (isOnlyHost && HOST.test(hostname)) return hostname;
  throw new Error(
    `'${text}' is no host. A host is a name or an address, such as 'api.example.com' or '10.0.0.1': without a ` +
      "scheme, port, path or wildcard.",
  );
}

const HOST = /^(?:[\w-]+\.)*[\w-]+\.?$|^\[[\da-f:.]+\]$/;
