import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { bundleWorker } from "../../../infra/bundle.ts";
import { environment } from "../../../tasks/contract/environment.ts";
import type { Contract } from "../../../tasks/contract/contract.ts";
import { PING_TASK } from "../../../tasks/contract/ping.ts";
import { settingVariable } from "../../../tasks/contract/setting.ts";
import { contextDigest, readContext } from "@background-tasks/program/image/buildContext.ts";
import { buildImage } from "@background-tasks/program/image/buildWithDocker.ts";
import { startContainer, type Container } from "./container.ts";
import { docker } from "@background-tasks/program/image/docker.ts";
import type { ImageFacts } from "./judgeImage.ts";

const DOCKERFILE = "worker/Dockerfile";
const PLATFORM = "linux/amd64";

export interface ExamineOptions {
  /** The worker's entry point. */
  readonly entry: string;
  /** What its contract declares: it starts with the examples. */
  readonly settings: Contract["settings"];
  /** The image to build on. @default - the Dockerfile's own */
  readonly base: string | undefined;
  /** Breaks the examination off. */
  readonly signal: AbortSignal;
}

/** Bundles the worker, builds its image and runs it. Nothing of that is left, but for a base that was pulled. */
export async function examineImage(options: ExamineOptions): Promise<ImageFacts> {
  const { entry, settings, base, signal } = options;
  const scratch = await mkdtemp(join(tmpdir(), "worker-image-"));
  const image = `worker-examined:${process.pid}`;
  try {
    const bundle = async (name: string) => {
      const directory = join(scratch, name);
      bundleWorker({ entry, dockerfile: DOCKERFILE, directory });
      return { directory, digest: contextDigest(await readContext(directory)) };
    };
    const first = await bundle("first");
    const second = await bundle("second");

    const from = base ?? (await baseOf(DOCKERFILE));
    await pullUnlessThere(from, signal);
    const { directory } = first;
    const dockerfile = join(directory, "Dockerfile");
    const args = { BASE: from };
    await buildImage(image, { context: directory, dockerfile, platform: PLATFORM, args }, signal);

    const { size, labels } = await inspect(image);
    return {
      ...(await run(image, settings, signal)),
      labels,
      bytesOverBase: size - (await inspect(from)).size,
      contexts: [first.digest, second.digest],
    };
  } finally {
    await rm(scratch, { recursive: true });
    // It may not have come to be.
    await docker(["image", "rm", image]).catch(() => undefined);
  }
}

async function run(
  image: string,
  settings: Contract["settings"],
  signal: AbortSignal,
): Promise<Pick<ImageFacts, "user" | "health" | "ping" | "stop">> {
  const examples = Object.entries(settings).map(([name, { example }]): [string, string] => [
    settingVariable(name),
    example,
  ]);
  const variables = { ...WORKER_ENVIRONMENT, ...Object.fromEntries(examples) };
  await using container = await startContainer(image, variables, signal);
  return {
    health: await container.request("GET", "/health"),
    user: await container.user(),
    ping: {
      invoker: await ping(container, INVOKER),
      stranger: await ping(container, "stranger@p.iam.gserviceaccount.com"),
    },
    stop: await container.stop(),
  };
}

/** Delivers a ping as the front door would: with a token that it has verified and taken the signature off. */
function ping(container: Container, email: string): Promise<number> {
  const claims = Buffer.from(JSON.stringify({ email, email_verified: true }));
  return container.request("POST", `/tasks/${PING_TASK}`, {
    Authorization: `Bearer e30.${claims.toString("base64url")}.SIGNATURE_REMOVED_BY_GOOGLE`,
    "X-CloudTasks-QueueName": "default",
    "X-CloudTasks-TaskName": "ping",
    "X-CloudTasks-TaskRetryCount": "0",
    "X-CloudTasks-TaskExecutionCount": "0",
    "X-CloudTasks-TaskETA": "1795521600.000000",
  });
}

const INVOKER = "invoker@p.iam.gserviceaccount.com";
const QUEUES = "projects/p/locations/l/queues";

const WORKER_ENVIRONMENT: Readonly<Record<string, string>> = {
  [environment.queues]: JSON.stringify({
    default: {
      name: `${QUEUES}/default`,
      dispatchDeadline: "60s",
      maxAttempts: 10,
      maxDeliveries: 40,
    },
  }),
  [environment.deadLetterQueue]: `${QUEUES}/dead-letter`,
  [environment.invoker]: INVOKER,
};

async function baseOf(dockerfile: string): Promise<string> {
  const base = /^ARG BASE=(\S+)$/m.exec(await readFile(dockerfile, "utf8"))?.[1];
  if (base !== undefined) return base;
  throw new Error(`'${dockerfile}' names no base: it has no line 'ARG BASE=<image>'.`);
}

/** A builder may keep a base to itself; its size is known only of an image that the engine has. */
async function pullUnlessThere(image: string, signal: AbortSignal): Promise<void> {
  const isThere = await docker(["image", "inspect", image], signal).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  try {
    await docker(["pull", "--quiet", "--platform", PLATFORM, image], signal);
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The base '${image}' cannot be had; --base names another, which may be a local one. ${reason}`,
      { cause: error },
    );
  }
}

const inspected = z.tuple([
  z.object({
    Size: z.number(),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
  }),
]);

async function inspect(image: string) {
  const [{ Size, Config }] = inspected.parse(JSON.parse(await docker(["image", "inspect", image])));
  return { size: Size, labels: Config.Labels ?? {} };
}
