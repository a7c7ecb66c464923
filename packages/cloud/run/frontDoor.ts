import type { Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import type { NetworkReply, NetworkRequest, Origin } from "../network/network.ts";
import { frontDoorPage } from "../network/frontDoorPages.ts";
import { checkInvoker, type Invocable, type RunSettings } from "./invokerCheck.ts";
import { readHeaders } from "./requestHeaders.ts";
import type { Revision } from "./revision.ts";

/** A service as the front door sees it. */
export interface Route extends Invocable {
  readonly ingress: string;
  readonly defaultUriDisabled: boolean;
  readonly timeoutMs: number;
  /** What serves it, or why nothing does. */
  readonly backend: Revision | { readonly problem: string };
}

export interface FrontDoorOptions {
  readonly project: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly authority: Authority;
  /** The service that has a host name. */
  readonly route: (host: string) => Route | undefined;
  /** The templates' timeouts are in force. */
  readonly hasTimeouts: boolean;
  readonly settings: RunSettings;
}

/**
 * The front door of Cloud Run: ingress, then IAM, then the container, as Google's does it. A request that
 * does not get as far as a container is told as an event.
 */
export function makeFrontDoor({
  project,
  clock,
  events,
  authority,
  route,
  hasTimeouts,
  settings,
}: FrontDoorOptions) {
  return async function frontDoor(request: NetworkRequest): Promise<NetworkReply> {
    const { url } = request;
    const host = url.hostname;
    const path = url.pathname;
    const refuse = (status: Parameters<typeof frontDoorPage>[0], reason: string): NetworkReply => {
      // Whoever is gone is not refused: at the end of the cloud that is everybody.
      if (!request.signal.aborted) events.emit("refused", { host, path, status, reason });
      return frontDoorPage(status, path);
    };

    const service = route(host);
    if (!service) return refuse(404, `No service has the host name '${host}'.`);
    const closed = ingressProblem(service, request.origin, project);
    if (closed !== undefined) return refuse(404, closed);

    const headers = readHeaders(request.headers, url.host);
    const verdict = await checkInvoker(service, headers, authority, settings);
    if ("status" in verdict) return refuse(verdict.status, verdict.reason);

    // Another revision may have taken over meanwhile, and this one may be gone.
    const { backend } = route(host) ?? service;
    if ("problem" in backend) return refuse(503, backend.problem);
    const reply = await backend.send({
      method: request.method,
      path: path + url.search,
      headers: headers.forward(verdict.isChecked),
      body: request.body,
      signal: request.signal,
      deadline: hasTimeouts ? clock.now() + service.timeoutMs : Infinity,
    });
    if ("reason" in reply) return refuse(reply.status, reply.reason);
    return reply.headers["set-cookie"] === undefined ? reply : withPrivateCookies(reply);
  };
}

/** Nothing on the way may keep an answer with cookies. https://cloud.google.com/run/docs/container-contract */
function withPrivateCookies(reply: NetworkReply): NetworkReply {
  return { ...reply, headers: { ...reply.headers, "cache-control": "private" } };
}

/** Why the service's ingress keeps a caller out, or `undefined`. To it, the service is not there: 404. */
function ingressProblem(service: Route, origin: Origin, project: string): string | undefined {
  if (service.defaultUriDisabled) return `'${service.name}' has its default URI disabled.`;
  if (service.ingress === "INGRESS_TRAFFIC_ALL") return undefined;
  const isInternal = origin.internal && origin.project === project;
  if (isInternal && service.ingress !== "INGRESS_TRAFFIC_NONE") return undefined;
  return `The ingress of '${service.name}' is ${service.ingress}, and the caller is ${isInternal ? "internal" : "not internal"}.`;
}
