import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { makeAccessToken, type AccessTokenDependencies } from "./accessToken.ts";
import { CloudTasksError, NoAnswerError, readError } from "./cloudTasksError.ts";
import { endpointProblem, GOOGLE_ENDPOINT, readEndpoint } from "../contract/endpoint.ts";
import type { TaskResource } from "../contract/taskRequest.ts";

/** How long a call may take. */
export interface CallBound {
  /**
   * Milliseconds for the call with its retries.
   *
   * @default - as long as the failure at hand is retried
   */
  readonly withinMs?: number;
  /** Ends the call when it fires. */
  readonly signal?: AbortSignal;
}

/**
 * What became of a task that was to be deleted. `missing`: there was none. `uncertain`: there is none, and an
 * earlier try, whose answer was lost, may have deleted it.
 */
export type Deleted = "deleted" | "missing" | "uncertain";

/**
 * What became of a task that was to be created. `exists`: one of its name does, or did lately. `uncertain`: the
 * same, and it may be this one, of an earlier try whose answer was lost.
 */
export type Created = "created" | "exists" | "uncertain";

/** The calls of the Cloud Tasks API that this project makes, with their retries. */
export interface CloudTasks {
  /** Creates a named task on a queue. */
  createTask(
    queue: string,
    task: TaskResource & { readonly name: string },
    bound?: CallBound,
  ): Promise<Created>;
  /** Deletes a task. Throws where its queue is not there. */
  deleteTask(name: string, bound?: CallBound): Promise<Deleted>;
  /** What became of a task so far; `undefined` where it is gone: it succeeded, or somebody deleted it. */
  getTask(name: string, bound?: CallBound): Promise<TaskProgress | undefined>;
}

const progressSchema = z.object({
  dispatchCount: z.int().default(0),
  lastAttempt: z
    .object({
      responseTime: z.string().optional(),
      responseStatus: z
        .object({ code: z.int().default(0), message: z.string().default("") })
        .default({ code: 0, message: "" }),
    })
    .optional(),
});

/** A task's deliveries, as the API tells them. A status means something only where there is a `responseTime`. */
export type TaskProgress = z.output<typeof progressSchema>;

export interface CloudTasksSettings {
  /** @default "https://cloudtasks.googleapis.com" */
  readonly endpoint?: string | undefined;
  /** The `GCE_METADATA_HOST` that gives the token for an endpoint on loopback. */
  readonly metadataHost?: string | undefined;
}

export interface CloudTasksDependencies extends AccessTokenDependencies {
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Connects to the Cloud Tasks API over REST. Throws for an endpoint that is not to be trusted. */
export function connectCloudTasks(
  settings: CloudTasksSettings = {},
  dependencies: Partial<CloudTasksDependencies> = {},
): CloudTasks {
  const address = settings.endpoint ?? GOOGLE_ENDPOINT;
  const endpoint = readEndpoint(address);
  if (!endpoint) throw new Error(`Endpoint of Cloud Tasks: ${endpointProblem(address)}.`);
  const { url } = endpoint;
  const using = { ...standard, ...dependencies };
  const token = makeAccessToken(endpoint, settings.metadataHost, using);

  /** One try. */
  async function request({ method, path, body }: Call, signal: AbortSignal): Promise<string> {
    const headers = {
      authorization: `Bearer ${await abortable(token.get(), signal, "The access token")}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    let response;
    let text;
    try {
      response = await using.fetch(`${url}/v2/${path}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
        // A redirect would carry the task elsewhere.
        redirect: "manual",
        signal,
      });
      text = await response.text();
    } catch (error) {
      throw new NoAnswerError(`Cloud Tasks at '${url}'`, error);
    }
    if (!response.ok) throw readError(`${method} ${path}`, response.status, text);
    return text;
  }

  async function call(
    what: Call,
    { withinMs = Infinity, signal }: CallBound = {},
  ): Promise<string> {
    const start = using.now();
    let mayBeDone = false;
    for (let n = 1; ; n++) {
      const leftMs = start + withinMs - using.now();
      // It takes whole milliseconds only.
      const timeout = AbortSignal.timeout(Math.ceil(Math.max(1, Math.min(leftMs, TRY_TIMEOUT_MS))));
      try {
        return await request(what, signal ? AbortSignal.any([signal, timeout]) : timeout);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof CloudTasksError) error.mayBeDone = mayBeDone;
        mayBeDone ||= saysNothing(error);
        const waitMs = Math.min(MIN_WAIT_MS * 2 ** (n - 1), MAX_WAIT_MS);
        const isStale = n === 1 && isUnauthenticated(error) && token.forget();
        const retriedForMs = Math.min(isStale ? MAX_WAIT_MS : patienceMs(error), withinMs);
        if (using.now() + waitMs - start >= retriedForMs) throw error;
        await using.sleep(waitMs, signal);
      }
    }
  }

  return {
    async createTask(queue, task, bound) {
      const body = JSON.stringify({ task });
      try {
        await call({ method: "POST", path: `${queue}/tasks`, body }, bound);
        return "created";
      } catch (error) {
        if (!(error instanceof CloudTasksError) || error.status !== "ALREADY_EXISTS") throw error;
        return error.mayBeDone ? "uncertain" : "exists";
      }
    },
    async deleteTask(name, bound) {
      try {
        await call({ method: "DELETE", path: name }, bound);
        return "deleted";
      } catch (error) {
        if (!isTaskMissing(error)) throw error;
        return error.mayBeDone ? "uncertain" : "missing";
      }
    },
    async getTask(name, bound) {
      try {
        return progressSchema.parse(JSON.parse(await call({ method: "GET", path: name }, bound)));
      } catch (error) {
        if (isTaskMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

interface Call {
  readonly method: "POST" | "GET" | "DELETE";
  readonly path: string;
  readonly body?: string;
}

// Cloud Tasks gives up a call after 15 s; Google's own clients wait 20.
const TRY_TIMEOUT_MS = 20_000;
const MIN_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;
const TRANSIENT_MS = 60_000;
// A new queue, or one idle for 30 days, needs "at least a minute" before it is found.
const QUEUE_NOT_READY_MS = 120_000;

/** For how long a call that failed like this is tried again: a named create and a delete may be repeated. */
function patienceMs(error: unknown): number {
  if (error instanceof NoAnswerError) return TRANSIENT_MS;
  if (!(error instanceof CloudTasksError)) return 0;
  if (TRANSIENT.includes(error.status)) return TRANSIENT_MS;
  // A page of a proxy's on the way.
  if (error.status === "UNKNOWN" && error.code >= 500) return TRANSIENT_MS;
  return isQueueMissing(error) ? QUEUE_NOT_READY_MS : 0;
}

/**
 * What may be otherwise a moment later. Google's own clients repeat fewer, since most calls may not be done
 * twice. What is left says that the call is wrong, or that whoever makes it may not.
 * https://cloud.google.com/apis/design/errors#handling_errors
 */
const TRANSIENT: readonly string[] = [
  "ABORTED",
  "DEADLINE_EXCEEDED",
  "INTERNAL",
  "RESOURCE_EXHAUSTED",
  "UNAVAILABLE",
];

/** Whether it leaves open that the call was carried out. */
function saysNothing(error: unknown): boolean {
  return error instanceof NoAnswerError || (error instanceof CloudTasksError && error.code >= 500);
}

function isTaskMissing(error: unknown): error is CloudTasksError {
  return error instanceof CloudTasksError && error.status === "NOT_FOUND" && !isQueueMissing(error);
}

function isQueueMissing({ status, detail }: CloudTasksError): boolean {
  return status === "NOT_FOUND" && detail.startsWith("Queue does not exist.");
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof CloudTasksError && error.status === "UNAUTHENTICATED";
}

/** A promise that does not outlast the signal. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(new NoAnswerError(what, signal.reason));
    };
    signal.addEventListener("abort", onAbort);
    void promise.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", onAbort);
    });
  });
}

const standard: CloudTasksDependencies = {
  fetch: (url, request) => fetch(url, request),
  now: Date.now,
  sleep: async (ms, signal) => {
    await wait(ms, undefined, signal && { signal });
  },
  async loadDefaultCredentials() {
    // Slow to load, and not needed for a local cloud.
    const { GoogleAuth } = await import("google-auth-library");
    const auth = new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
    return () => auth.getAccessToken();
  },
};
