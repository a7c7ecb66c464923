import { createHash } from "node:crypto";
import { systemClock } from "../../time/clock.ts";
import { Events, type CloudEvents, type EventName } from "../../api/events.ts";
import { GoogleError } from "../../api/googleError.ts";
import { createIam, type Iam } from "../../iam/iam.ts";
import { OWNER } from "../../iam/access.ts";
import type { Method } from "../../api/method.ts";
import type { Json } from "../../api/parseJson.ts";
import type { NetworkReply, Origin } from "../../network/network.ts";
import { VirtualClock } from "../../time/virtualClock.ts";
import { createRun, type Run, type RunOptions } from "../../run/run.ts";

export const LOCATION = "projects/p/locations/europe-west1";
export const RUNTIME = "runtime@p.iam.gserviceaccount.com";
export const INVOKER = "invoker@p.iam.gserviceaccount.com";

/** A caller inside the project's network. */
export const INSIDE: Origin = { internal: true, project: "p" };

/** What a test asks for over the front door. */
export interface Ask {
  host?: string;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  origin?: Origin;
  signal?: AbortSignal;
}

/** A reply, its body as text. */
export type Answer = Omit<NetworkReply, "body"> & { body: string };

/** IAM and Cloud Run of project `p`, with two accounts, and no secrets but `projects/p/secrets/smtp`. */
export interface LocalRun extends AsyncDisposable {
  iam: Iam;
  run: Run;
  /** The events so far, by name. */
  seen: <Name extends EventName>(name: Name) => CloudEvents[Name][];
  /** Calls a method of the API as the owner, or as `member`; unless told otherwise, as one who may have code run. */
  call: (
    name: string,
    params: Record<string, string>,
    body?: Json,
    query?: string,
    member?: string,
    isDeployer?: boolean,
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the JSON of an answer
  ) => Promise<any>;
  /** Pushes a program as an image. Returns the image's name. */
  push: (program: string) => Promise<string>;
  /** Creates or replaces the service `worker`. Returns the operation. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the JSON of an answer
  deploy: (program: string, template?: object, settings?: object) => Promise<any>;
  ask: (ask?: Ask) => Promise<Answer>;
}

/** `iamClock` is IAM's alone: containers take the time they take. */
export async function startLocalRun({
  iamClock = new VirtualClock(Date.now()),
  ...options
}: Partial<RunOptions> & { iamClock?: VirtualClock } = {}): Promise<LocalRun> {
  const events = new Events();
  const seen: Partial<Record<EventName, unknown[]>> = {};
  for (const name of ["denied", "refused", "containerLog", "instance", "notEmulated"] as const) {
    seen[name] = [];
    events.on(name, (event) => seen[name]?.push(event));
  }
  const common = { project: "p", projectNumber: "123456789012", events };
  const iam = createIam({ ...common, clock: iamClock });
  const run = createRun({
    ...common,
    clock: systemClock,
    authority: iam.authority,
    onDelete: (service) => {
      iam.policies.remove(service);
    },
    secretValue: secretOf,
    containerEnvironment: () => ({}),
    ...options,
  });
  const methods = [...iam.methods, ...run.methods];

  const local: LocalRun = {
    iam,
    run,
    seen: (name) => seen[name] as never,
    call: async (name, params, body, query = "", member = OWNER, isDeployer = true) =>
      toJson(
        await method(methods, name).handle({
          params,
          body,
          query: new URLSearchParams(query),
          member,
          isDeployer,
        }),
      ),
    async push(program) {
      const digest = createHash("sha256").update(program).digest("hex");
      const image = `europe-west1-docker.pkg.dev/p/images/worker@sha256:${digest}`;
      await run.images.put(image, {
        Dockerfile: Buffer.from('FROM node\nCOPY main.js /app/\nCMD ["node", "/app/main.js"]\n'),
        "main.js": Buffer.from(program),
      });
      return image;
    },
    async deploy(program, template = {}, settings = {}) {
      const image = await local.push(program);
      const { containers: [container] = [{}], ...rest } = template as { containers?: object[] };
      const body = {
        ...settings,
        template: { serviceAccount: RUNTIME, ...rest, containers: [{ image, ...container }] },
      };
      return local.call("UpdateService", WORKER, body, "allowMissing=true");
    },
    async ask({ host, path = "/", method = "GET", headers = {}, body, origin, signal } = {}) {
      const own = host ?? (await local.call("GetService", WORKER)).uri.slice("https://".length);
      const reply = await run.frontDoor({
        method,
        url: new URL(`https://${own}${path}`),
        headers,
        body: body === undefined ? undefined : Buffer.from(body),
        origin: origin ?? INSIDE,
        signal: signal ?? new AbortController().signal,
      });
      return { ...reply, body: Buffer.from(reply.body).toString() };
    },
    [Symbol.asyncDispose]: () => run.stop(),
  };
  for (const accountId of ["runtime", "invoker"]) {
    await local.call("CreateServiceAccount", { project: "p" }, { accountId });
  }
  return local;
}

/** The parameters that name the service `worker`. */
export const WORKER = { project: "p", location: "europe-west1", service: "worker" };

/** Waits until a condition holds: for what happens in other processes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A server that answers every request by `answer`, a function of Node's request and response. */
export function server(answer: string, before = ""): string {
  return `${before}
require("node:http").createServer(${answer}).listen(process.env.PORT);`;
}

function method(methods: readonly Method[], name: string): Method {
  const found = methods.find((one) => one.name === name && !one.http.includes("IamPolicy"));
  if (!found) throw new Error(`No method is named '${name}'.`);
  return found;
}

function secretOf(secret: string, version: string): string {
  if (secret === "projects/p/secrets/smtp") return `smtp://local version ${version}`;
  throw new GoogleError("NOT_FOUND", `Secret [${secret}] not found.`);
}

function toJson(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
