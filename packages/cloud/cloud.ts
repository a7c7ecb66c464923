import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { controlRoutes } from "./control/controlRoutes.ts";
import { EventLog } from "./control/eventLog.ts";
import { EventStream } from "./control/eventStream.ts";
import { LOCAL_EVENTS_PATH } from "./control/localCloud.ts";
import type { DataStore } from "./data/dataStore.ts";
import { Activity } from "./time/activity.ts";
import { createApi, writeError, type Api } from "./api/api.ts";
import { startApiServer } from "./server/apiServer.ts";
import type { OwnAnswers } from "./server/ownAnswers.ts";
import { ACCESS_TOKEN_GOOD_FOR_MS, type Authority } from "./api/authority.ts";
import { systemClock, type Clock } from "./time/clock.ts";
import type { CloudTasksSettings } from "./cloudtasks/cloudTasks.ts";
import { Events } from "./api/events.ts";
import { faultyCall } from "./faults/faultyCall.ts";
import { Faults } from "./faults/faults.ts";
import { startGrpcServer } from "./grpc/grpcServer.ts";
import { IdTokens, ISSUER } from "./iam/idTokens.ts";
import type { HostHandler } from "./network/inProcessHosts.ts";
import type { Method } from "./api/method.ts";
import type { Send } from "./network/network.ts";
import type { RunSettings } from "./run/invokerCheck.ts";
import { KeptMap, memoryStore } from "./data/store.ts";
import { untilIdle } from "./control/idle.ts";
import { createServices, type Services } from "./services.ts";
import { REFUSED_METHODS } from "./refusedMethods.ts";

export interface CloudOptions {
  readonly project: string;
  readonly region: string;
  /** @default - the machine's */
  readonly clock?: Clock;
  /** A port on 127.0.0.1. @default 0, any free one; the same below */
  readonly port?: number;
  readonly insidePort?: number;
  readonly grpcPort?: number;
  /**
   * Hosts beyond this machine that tasks and schedules may call.
   *
   * @default - none
   */
  readonly allowHosts?: readonly string[];
  /**
   * Hosts that are answered in this process, by name.
   *
   * @default - none
   */
  readonly hosts?: Readonly<Record<string, HostHandler>>;
  /**
   * Runs containers under the debugger.
   *
   * @default false
   */
  readonly inspect?: boolean;
  /** What Google leaves open. */
  readonly settings?: CloudTasksSettings & RunSettings;
  /**
   * Where requests under way are counted: what the clock waits for, where it is a virtual one.
   *
   * @default - a count of its own
   */
  readonly activity?: Activity;
  /**
   * A directory in which all that the cloud holds is kept, across restarts and whatever ends the process.
   *
   * @default - the memory of the process
   */
  readonly dataDirectory?: string;
  /**
   * Told once where the data cannot be kept any more: nothing is accepted or dispatched then.
   *
   * @default - it is told on standard error
   */
  readonly onDataFailure?: (error: Error) => void;
  /**
   * Given the events before anything happens: with a directory, services start and tasks are dispatched before
   * there is a `Cloud`.
   *
   * @default - what happens until then is told to nobody
   */
  readonly onEvents?: (events: Events) => void;
  /**
   * What answers some paths beside Google's API, for callers that name this machine, such as a page.
   *
   * @default - nothing does
   */
  readonly ownAnswer?: OwnAnswers;
  /** A source of numbers from 0 up to 1. @default Math.random */
  readonly random?: () => number;
}

/** Google Cloud on this machine. */
export interface Cloud {
  readonly events: Events;
  /** The address of Google's API: `http://127.0.0.1:8123`. */
  readonly endpoint: string;
  readonly insidePort: number;
  /** Cloud Tasks over gRPC, without TLS. */
  readonly grpcPort: number;
  readonly clock: Clock;
  /**
   * Whoever sends it as a bearer token may have code run here: images are taken, and started, from nobody else. It
   * is made at each start.
   */
  readonly deployToken: string;
  /** The trouble that is asked for. */
  readonly faults: Faults;
  /**
   * Resolves once nothing is under way and no queue that runs has a task; a virtual clock moves on for it, a
   * machine's is waited for. Schedules go on. Throws FAILED_PRECONDITION where that is not so within `limitMs`.
   *
   * @param limitMs 31 days by default, the age at which every task is gone
   */
  idle(limitMs?: number): Promise<void>;
  /** Empties the cloud: of resources, tasks and faults. Its addresses and the time stay. */
  reset(): Promise<void>;
  /** What a deployer remembers of what it made here, by its own keys. It is kept as the cloud's own is. */
  readonly state: KeptMap<unknown>;
  /** Ends everything. A second time does nothing. */
  stop(): Promise<void>;
}

interface Generation {
  readonly services: Services;
  readonly api: Api;
  readonly methods: readonly Method[];
  readonly authority: Authority;
}

/** The number of the only project. */
const PROJECT_NUMBER = "123456789012";

/** Starts the local Google Cloud. Throws `PortTakenError`, and `DataDirectoryError` for a directory that will not do. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { clock = systemClock, activity = new Activity(), random = Math.random } = options;
  const {
    onDataFailure = (error) => {
      writeError("keeping data", error);
    },
  } = options;
  // Containers run in directories of their own: what is in it must be found from there.
  const dataDirectory = options.dataDirectory && resolve(options.dataDirectory);
  const data =
    dataDirectory === undefined
      ? undefined
      : await openData(dataDirectory, (error) => {
          // What cannot be recorded is not begun.
          void current.services.stop();
          onDataFailure(error);
        });
  const events = new Events(() => data?.written());
  options.onEvents?.(events);
  const stream = new EventStream(new EventLog(events, () => clock.now()));
  const ownAnswer: OwnAnswers = (method, path) =>
    method === "GET" && path === LOCAL_EVENTS_PATH
      ? (request, response) => {
          stream.answer(request, response);
        }
      : options.ownAnswer?.(method, path);
  const faults = new Faults(random);
  const idTokens = new IdTokens(clock);
  const deployToken = randomBytes(32).toString("base64url");
  const control = {
    clock,
    faults,
    state: data ? data.map("stack") : new KeptMap(),
    idle: (limitMs?: number) => untilIdle(() => current.services.isIdle(), clock, limitMs),
    async reset() {
      await current.services.stop();
      data?.clear();
      faults.clear();
      current = begin();
    },
  };

  /** What answers, from the beginning or from a reset on: empty services, and the API over them. */
  const begin = (): Generation => {
    const services = createServices({
      ...options,
      projectNumber: PROJECT_NUMBER,
      ...{ clock, events, idTokens, activity, faults },
      allowHosts: options.allowHosts ?? [],
      hosts: options.hosts ?? {},
      settings: options.settings ?? {},
      inspect: options.inspect ?? false,
      api: (request) => api.handle(request),
      endpoint: () => endpoint,
      store: data ?? memoryStore,
      imageDirectory: dataDirectory && join(dataDirectory, "images"),
    });
    const { authority } = services;
    const methods = services.methods.map((method) =>
      carriedOut(method, { faults, clock, written: data && (() => data.written()) }),
    );
    const api = createApi({
      authority,
      deployToken,
      events,
      methods,
      refused: REFUSED_METHODS,
      issuer: ISSUER,
      jwks: () => idTokens.jwks(),
      certificates: () => idTokens.certificates(),
      ownerToken: () => ({
        // Any token that the cloud did not mint is the owner's.
        access_token: "local-owner",
        expires_in: ACCESS_TOKEN_GOOD_FOR_MS / 1000,
        token_type: "Bearer",
      }),
      controlRoutes: controlRoutes({
        ...control,
        images: () => services.images,
        alerts: () => services.alerts(),
        revisions: () => services.revisions(),
      }),
    });
    return { services, api, methods, authority };
  };
  let endpoint = "";
  let current = begin();

  const closing: (() => void | Promise<void>)[] = [() => data?.close()];
  const close = async (): Promise<void> => {
    await current.services.stop();
    for (const one of closing.reverse()) await one();
  };
  let stopped: Promise<void> | undefined;
  try {
    const api: Api = {
      answer: (request) => current.api.answer(request),
      handle: (request) => current.api.handle(request),
    };
    const frontDoor: Send = (request) => current.services.frontDoor(request);
    const { project, port = 0, insidePort = 0, grpcPort = 0 } = options;
    const server = await startApiServer({
      ...{ project, port, insidePort },
      api,
      frontDoor,
      events,
      ownAnswer,
    });
    closing.push(() => server.close());
    const grpc = await startGrpcServer({ served: () => current, events, port: grpcPort });
    closing.push(() => grpc.close());
    endpoint = `http://127.0.0.1:${server.port}`;
    await current.services.start();
    return {
      ...control,
      events,
      endpoint,
      insidePort: server.insidePort,
      grpcPort: grpc.port,
      deployToken,
      stop: () => (stopped ??= close()),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A method as it is carried out: with the trouble that is asked for, and telling of nothing that is not recorded. */
function carriedOut(
  method: Method,
  trouble: {
    readonly faults: Faults;
    readonly clock: Clock;
    /** Resolves once what was done is recorded; `undefined` where nothing is kept. */
    readonly written: (() => Promise<void> | undefined) | undefined;
  },
): Method {
  const { faults, clock, written } = trouble;
  return {
    ...method,
    handle(call) {
      const carryOut = (): object | Promise<object> => {
        const answer = method.handle(call);
        return written ? recorded(answer, written) : answer;
      };
      const fault = faults.call(method.name);
      return fault ? faultyCall(fault, method, carryOut, clock) : carryOut();
    },
  };
}

async function recorded(
  answer: object | Promise<object>,
  written: () => Promise<void> | undefined,
): Promise<object> {
  const done = await answer;
  await written();
  return done;
}

/** Opens the data of an earlier run, or begins new ones. Few runs need a database, so it is loaded only here. */
async function openData(directory: string, onFailure: (error: Error) => void): Promise<DataStore> {
  const { DataStore } = await import("./data/dataStore.ts");
  return new DataStore(directory, onFailure);
}
