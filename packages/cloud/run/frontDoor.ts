import type { Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import type { WriteLog } from "../api/logs.ts";
import type { NetworkReply, NetworkRequest, Origin } from "../network/network.ts";
import { frontDoorPage } from "../network/frontDoorPages.ts";
import { checkInvoker, type Invocable, type RunSettings } from "./invokerCheck.ts";
import { readHeaders, traceparentIn } from "./requestHeaders.ts";
import { logRequest, revisionResource } from "./requestLog.ts";
import type { Revision } from "./revision.ts";
import type { RunMeter } from "./runMeter.ts";

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
  /** Takes the requests. */
  readonly writeLog: WriteLog | undefined;
  /** Told of the requests that reached a revision. */
  readonly meter: RunMeter | undefined;
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
  writeLog,
  meter,
}: FrontDoorOptions) {
  return async function frontDoor(request: NetworkRequest): Promise<NetworkReply> {
    const { url } = request;
    const host = url.hostname;
    const path = url.pathname;
    const startTime = clock.now();
    const service = route(host);
    let forwarded: string[] = [];
    const log = ({ status, body }: NetworkReply, backend?: Revision, reason?: string): void => {
      if (!service || !writeLog) return;
      const resource = backend?.resource ?? revisionResource(service.name, "");
      const { length: responseSize } = body;
      const traceparent = traceparentIn(forwarded);
      logRequest(writeLog, {
        ...{ request, resource, startTime, endTime: clock.now() },
        ...{ status, responseSize, reason, traceparent },
      });
    };
    const refuse = (
      status: Parameters<typeof frontDoorPage>[0],
      reason: string,
      backend?: Revision,
    ): NetworkReply => {
      const page = frontDoorPage(status, path);
      // Whoever is gone is not refused: at the end of the cloud that is everybody.
      if (!request.signal.aborted) {
        events.emit("refused", { host, path, status, reason });
        log(page, backend, reason);
      }
      return page;
    };

    if (!service) return refuse(404, `No service has the host name '${host}'.`);
    const closed = ingressProblem(service, request.origin, project);
    if (closed !== undefined) return refuse(404, closed);

    const headers = readHeaders(request.headers, url.host);
    const verdict = await checkInvoker(service, headers, authority, settings);
    if ("status" in verdict) return refuse(verdict.status, verdict.reason);

    // Another revision may have taken over meanwhile, and this one may be gone.
    const { backend } = route(host) ?? service;
    if ("problem" in backend) return refuse(503, backend.problem);
    forwarded = headers.forward(verdict.isChecked);
    const reply = await backend.send({
      method: request.method,
      path: path + url.search,
      headers: forwarded,
      body: request.body,
      signal: request.signal,
      deadline: hasTimeouts ? clock.now() + service.timeoutMs : Infinity,
    });
    const hadInstance = !("reason" in reply) || reply.hadInstance === true;
    if (hadInstance) {
      meter?.request(service.name, backend.name, reply.status, clock.now() - startTime);
    }
    if ("reason" in reply) return refuse(reply.status, reply.reason, backend);
    log(reply, backend);
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
