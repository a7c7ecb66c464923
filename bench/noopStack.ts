import { DEAD_LETTER_QUEUE } from "../infra/config/checks.ts";
import { operationsSchema, type Operations } from "@background-tasks/cli/stack/outputs.ts";
import { startLocalStack } from "@background-tasks/cli/start/localStack.ts";
import type { Cloud } from "@background-tasks/cloud/cloud.ts";
import { localConsole } from "@background-tasks/cli/console/startConsole.ts";
import { loadContract } from "../tasks/contract/loadContract.ts";
import { makeNoopProject, type NoopSettings } from "./noopProject.ts";
import { createQueueClient, type QueueClient } from "./queueClient.ts";
import { makeScratch } from "./scratch.ts";
import { LISTENS_ON } from "./serverProcess.ts";

/** The local stack with a worker that does nothing, with many queues, and with the console. */
export interface NoopStack extends AsyncDisposable {
  /** The link to the console. */
  readonly page: string;
  readonly events: Cloud["events"];
  readonly operations: Operations;
  /** Where the cloud listens. */
  readonly port: number;
  /** The full names of the queues. */
  readonly queues: readonly string[];
  /** The account that the tasks are sent as. */
  readonly invoker: string;
  /** Where the worker's one instance listens. */
  readonly workerPort: number;
  /** Calls the API for the queues. */
  readonly client: QueueClient;
}

/** Starts a local cloud on free ports and applies the program to it, with so many queues. */
export async function startNoopStack(
  queueCount?: number,
  settings: NoopSettings = {},
): Promise<NoopStack> {
  const scratch = makeScratch();
  makeNoopProject(scratch.directory, queueCount, settings);
  const { local, page, workerPort } = await applyIn(scratch.directory);
  const operations = operationsSchema.parse(local.stack.operations);
  const { queues: fullNames, workers } = operations;
  const queues = Object.entries(fullNames)
    .filter(([name]) => name !== DEAD_LETTER_QUEUE)
    .map(([, fullName]) => fullName);
  const client = createQueueClient(local.cloud.endpoint, queues);
  return {
    page: page.linkTo("") ?? "",
    events: local.cloud.events,
    operations,
    port: Number(new URL(local.cloud.endpoint).port),
    queues,
    invoker: workers[0]?.invoker ?? "",
    workerPort,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await page.close();
      await local.stop();
      scratch[Symbol.dispose]();
    },
  };
}

/** Applies the program of a folder. */
async function applyIn(directory: string) {
  const nothing = (): void => undefined;
  const contract = await loadContract(directory);
  const page = localConsole({
    framesOf: () => [],
    contract: () => Promise.resolve(contract),
    say: console.error,
  });
  const local = await startLocalStack({
    directory,
    port: 0,
    insidePort: 0,
    smtpPort: 0,
    allowHost: [],
    inspect: false,
    onChange: nothing,
    onOutput: nothing,
    onMail: page.onMail,
    ownAnswer: page.ownAnswer,
  });
  const listening = new Promise<number>((resolve) => {
    local.cloud.events.on("containerLog", ({ line }) => {
      const port = LISTENS_ON.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  const problem = await local.stack.apply();
  if (problem !== undefined) {
    await local.stop();
    throw new Error(problem);
  }
  page.open(local.cloud);
  return { local, page, workerPort: await listening };
}
