import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { NetworkReply } from "../network/network.ts";

/** Sends an answer, the last one on its connection if `isLast`. */
export function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: NetworkReply,
  isLast = false,
): void {
  if (response.destroyed) return;
  const isHead = request.method === "HEAD";
  const sent: OutgoingHttpHeaders = { ...headers };
  // Of the body that is sent; a container's own may be of one that was cut off.
  if (!isHead && status !== 204 && status !== 304) sent["content-length"] = body.length;
  if (isLast) sent["connection"] = "close";
  response.writeHead(status, sent).end(isHead ? undefined : body);
}
