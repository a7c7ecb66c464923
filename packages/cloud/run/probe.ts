import { connect } from "node:net";
import { request } from "undici";
import type { Clock } from "../time/clock.ts";
import type { Probe } from "./probeSettings.ts";

/** Probes a container once: whether it answers in time. */
export async function probeOnce(probe: Probe, port: number, clock: Clock): Promise<boolean> {
  const controller = new AbortController();
  const timer = clock.at(clock.now() + probe.timeoutSeconds * 1000, () => {
    controller.abort();
  });
  try {
    return probe.httpGet
      ? await answers(probe.httpGet, port, controller.signal)
      : await accepts(port, controller.signal);
  } catch {
    // No answer, for whatever reason, is what a probe is there to find.
    return false;
  } finally {
    timer.cancel();
  }
}

/** How long a container may take to start, in milliseconds: four minutes, however patient its probe is. */
export function startupBoundMs(probe: Probe): number {
  const bound = probe.initialDelaySeconds + probe.periodSeconds * probe.failureThreshold;
  return Math.min(bound, MAX_STARTUP_SECONDS) * 1000;
}

/** https://cloud.google.com/run/docs/container-contract#port */
const MAX_STARTUP_SECONDS = 240;

/** A status from 200 to 399 is healthy. https://cloud.google.com/run/docs/configuring/healthchecks */
async function answers(
  { path, httpHeaders }: NonNullable<Probe["httpGet"]>,
  port: number,
  signal: AbortSignal,
): Promise<boolean> {
  // A container's port takes no other `Host` than its own (containerPreload.ts).
  const headers = httpHeaders.filter(({ name }) => name.toLowerCase() !== "host");
  const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, {
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    signal,
    reset: true,
  });
  await body.dump();
  return statusCode >= 200 && statusCode < 400;
}

/** A `grpc` probe is done like a `tcpSocket` one. */
function accepts(port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, signal });
    const end = (accepted: boolean) => () => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", end(true)).once("error", end(false));
  });
}
