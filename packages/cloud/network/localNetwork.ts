import { isLoopback } from "@background-tasks/google/loopback.ts";
import { PLACEHOLDER_HOST } from "@background-tasks/google/placeholderHost.ts";
import { Connections } from "./connections.ts";
import { hostName } from "./hostName.ts";
import type { NetworkReply, NetworkRequest, Send } from "./network.ts";
import { exchangeOver, HOP_BY_HOP } from "./exchange.ts";

export interface NetworkOptions {
  /** The front door of Cloud Run. */
  readonly frontDoor: Send;
  /** Whether a host name is that of a local service. */
  readonly serves: (host: string) => boolean;
  /** Google's API. */
  readonly api: Send;
  /** Hosts beyond the local cloud that may be called. */
  readonly allowHosts: readonly string[];
}

/** Creates the small network inside the local cloud. Redirects are answers like others. Throws for a host that is none. */
export function createNetwork({ frontDoor, serves, api, allowHosts }: NetworkOptions): Send {
  const allowed = new Set(allowHosts.map(hostName));
  const servers = new Map<string, Connections>();

  return async (request) => {
    const { hostname } = request.url;
    // Without TLS: neither of them leaves this process.
    if (serves(hostname)) return frontDoor(request);
    if (hostname.endsWith(".googleapis.com")) return api(request);
    const problem = isLoopback(hostname) ? undefined : outsideProblem(hostname, allowed);
    if (problem !== undefined) throw new Error(problem);
    return overSocket(connectionsTo(servers, request.url), request);
  };
}

function outsideProblem(hostname: string, allowed: ReadonlySet<string>): string | undefined {
  if (hostname === PLACEHOLDER_HOST) {
    return `Host '${PLACEHOLDER_HOST}' stands for the one that the queue's 'httpTarget' sets; this queue sets none.`;
  }
  if (allowed.has(hostname)) return undefined;
  return (
    `Host '${hostname}' is not in the local cloud, which calls nothing beyond this machine. ` +
    `To allow it: --allow-host ${hostname}.`
  );
}

/** An answer larger than this breaks the connection. https://cloud.google.com/run/quotas#request_limits */
const MAX_RESPONSE_BYTES = 32 * 2 ** 20;

function connectionsTo(servers: Map<string, Connections>, { protocol, origin }: URL): Connections {
  const known = servers.get(origin);
  if (known) return known;
  if (protocol !== "http:" && protocol !== "https:") {
    throw new Error(`'${origin}' is neither http nor https.`);
  }
  const connections = new Connections(origin, { maxResponseSize: MAX_RESPONSE_BYTES });
  servers.set(origin, connections);
  return connections;
}

function overSocket(connections: Connections, request: NetworkRequest): Promise<NetworkReply> {
  const { method, url, body, signal } = request;
  signal.throwIfAborted();
  const headers: string[] = [];
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined && !isSetByConnection(name.toLowerCase())) headers.push(name, value);
  }
  const path = url.pathname + url.search;
  const exchange = { method, path, headers, body, signal, deadline: Infinity };
  return exchangeOver(connections, exchange, () => undefined);
}

function isSetByConnection(name: string): boolean {
  return name === "host" || name === "content-length" || name === "expect" || HOP_BY_HOP.has(name);
}
