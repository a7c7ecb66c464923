import type { Clock } from "../time/clock.ts";
import { durationToMs } from "../api/protoTime.ts";
import type { NetworkReply, NetworkRequest, Send } from "../network/network.ts";
import type { DeliveryFault } from "./fault.ts";
import type { Faults } from "./faults.ts";
import { later } from "../time/later.ts";
import { LostResponse } from "../network/lostResponse.ts";

/** Sends, with the trouble that `faults` has for a delivery. */
export function faultySend(send: Send, faults: Faults, clock: Clock): Send {
  return (request) => {
    const fault = faults.delivery(deliveryOf(request));
    return fault ? sendWith(fault, send, request, clock) : send(request);
  };
}

async function sendWith(
  { delay, status, lostResponse, duplicate }: DeliveryFault,
  send: Send,
  request: NetworkRequest,
  clock: Clock,
): Promise<NetworkReply> {
  if (delay !== undefined) await later(clock, durationToMs(delay), request.signal);
  if (status !== undefined) return { status, headers: {}, body: new Uint8Array() };
  const reply = send(request);
  // What becomes of the second is nobody's concern but the worker's.
  if (duplicate) send(request).catch(() => undefined);
  if (!lostResponse) return reply;
  await reply;
  throw new LostResponse();
}

function deliveryOf({ headers }: NetworkRequest) {
  const of = {
    queue: headers["X-CloudTasks-QueueName"],
    task: headers["X-CloudTasks-TaskName"],
    job: headers["X-CloudScheduler-JobName"],
  };
  return Object.fromEntries(Object.entries(of).filter(([, id]) => id !== undefined));
}
