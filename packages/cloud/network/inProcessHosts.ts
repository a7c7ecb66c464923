import type { NetworkReply, Send } from "./network.ts";

/** A request to a host that a test answers itself. */
export interface HostRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** Answers a host's requests in this process: with a status, or with a whole reply. */
export type HostHandler = (
  request: HostRequest,
) => number | Partial<NetworkReply> | Promise<number | Partial<NetworkReply>>;

/** Lets handlers answer for hosts that need not exist; all other requests go on to `send`. */
export function withHosts(send: Send, hosts: Readonly<Record<string, HostHandler>>): Send {
  const handlers = new Map(Object.entries(hosts));
  if (handlers.size === 0) return send;
  return async (request) => {
    const handler = handlers.get(request.url.hostname);
    if (!handler) return send(request);
    const { method, url, headers, body } = request;
    const reply = await handler({ method, url, headers, body });
    return typeof reply === "number"
      ? { status: reply, headers: {}, body: NOTHING }
      : { status: 200, headers: {}, body: NOTHING, ...reply };
  };
}

const NOTHING = new Uint8Array();
