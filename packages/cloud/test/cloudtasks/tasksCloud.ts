import { setImmediate } from "node:timers/promises";
import type { Authority } from "../../api/authority.ts";
import { createCloudTasks, type CloudTasksSettings } from "../../cloudtasks/cloudTasks.ts";
import { Events, type CloudEvents, type EventName } from "../../api/events.ts";
import { GoogleError } from "../../api/googleError.ts";
import type { LogRecord } from "../../api/logs.ts";
import type { Method } from "../../api/method.ts";
import type { Json } from "../../api/parseJson.ts";
import type { NetworkReply, NetworkRequest } from "../../network/network.ts";
import { VirtualClock } from "../../time/virtualClock.ts";

export const START = Date.parse("2026-11-24T12:00:00Z");
export const LOCATION = "projects/demo/locations/europe-west1";
export const QUEUE = `${LOCATION}/queues/email`;

/** What answers a request: a status, or a promise of one that may also reject. */
export type Answer = (request: NetworkRequest, number: number) => number | Promise<number>;

/** Answers nothing, ever: the request ends when its caller gives up. */
export const never: Answer = ({ signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error("aborted"));
    });
  });

/** An authority that lets everybody do everything, but for the accounts named in `refused`. */
export function openAuthority(refused: readonly string[] = []): Authority {
  return {
    identify: () => "user:owner@example.com",
    allows: () => true,
    require(member, permission) {
      if (refused.includes(permission)) {
        throw new GoogleError("PERMISSION_DENIED", `${member} lacks ${permission}`);
      }
    },
    requireActAs(member, account) {
      if (refused.includes(account)) {
        throw new GoogleError("PERMISSION_DENIED", `${member} may not act as ${account}`);
      }
    },
    accessToken: (account) => `access:${account}`,
    idToken: async (account, audience) => `id:${account}:${audience}`,
    verifyIdToken: async () => ({ problem: "not asked for here" }),
  };
}

/** Records every request, with the virtual time it was made at, and answers it. */
export function recordingSend(clock: VirtualClock, answer: Answer) {
  const requests: (NetworkRequest & { readonly seconds: number })[] = [];
  const send = async (request: NetworkRequest): Promise<NetworkReply> => {
    requests.push({ ...request, seconds: (clock.now() - START) / 1000 });
    const status = await answer(request, requests.length);
    return { status, headers: {}, body: new Uint8Array() };
  };
  return { requests, send };
}

/** Calls a method as the router does: by name, with the path's variables taken from a full name. */
export function caller(methods: readonly Method[]) {
  return async (
    method: string,
    resource: string,
    body?: Json,
    query: Record<string, string> = {},
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer is JSON, which tests look into
  ): Promise<Record<string, any>> => {
    const [, project, , location, collection, id, , task] = resource.split("/");
    const found = methods.find(({ name }) => name === method)!;
    const params = {
      project: project!,
      location: location!,
      ...(collection === "queues" && { queue: id! }),
      ...(collection === "jobs" && { job: id! }),
      ...(task !== undefined && { task }),
    };
    return found.handle({
      params,
      query: new URLSearchParams(query),
      body,
      member: "user:owner@example.com",
    });
  };
}

/** Cloud Tasks on a virtual clock that stands at `START`. */
export function startTasks({
  answer = () => 200,
  refused = [],
  settings = {},
  purgeWindowMs,
  random,
}: {
  answer?: Answer;
  refused?: readonly string[];
  settings?: CloudTasksSettings;
  purgeWindowMs?: () => number;
  random?: () => number;
} = {}) {
  const clock = new VirtualClock(START);
  const events = new Events();
  const { requests, send } = recordingSend(clock, answer);
  const authority = openAuthority(refused);
  const deletedQueues: string[] = [];
  const logged: LogRecord[] = [];
  const tasks = createCloudTasks({
    project: "demo",
    region: "europe-west1",
    clock,
    events,
    authority,
    send,
    settings,
    writeLog: (record) => logged.push(record),
    ...(random && { random }),
    ...(purgeWindowMs && { purgeWindowMs }),
    onDelete: (queue) => deletedQueues.push(queue),
  });
  const call = caller(tasks.methods);
  return {
    ...tasks,
    clock,
    events,
    requests,
    deletedQueues,
    logged,
    call,
    createQueue: (fields: Record<string, Json> = {}, id = "email") =>
      call("CreateQueue", LOCATION, { ...fields, name: `${LOCATION}/queues/${id}` }),
    createTask: (fields: Record<string, Json> = {}, queue = QUEUE) =>
      call("CreateTask", queue, {
        task: { httpRequest: { url: "https://worker.example/tasks/a" }, ...fields },
      }),
    /** When the requests were made, in seconds since the start. */
    times: () => requests.map(({ seconds }) => seconds),
    record<Name extends EventName>(name: Name): CloudEvents[Name][] {
      const heard: CloudEvents[Name][] = [];
      events.on(name, (event) => heard.push(event));
      return heard;
    },
    /** Lets what is under way go on, without time passing. */
    settle: () => setImmediate(),
  };
}
