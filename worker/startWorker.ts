import { createClient } from "../tasks/client/client.ts";
import { connectCloudTasks } from "../tasks/client/cloudTasks.ts";
import type { TaskTable, WorkerContract } from "../tasks/contract/contract.ts";
import { loadConfig, type WorkerConfig } from "./config.ts";
import type { After } from "./deadline.ts";
import { makeDeadLetters } from "./deadLetters.ts";
import { makeDeliver, type AnyHandler } from "./delivery.ts";
import { describeError, stackOf } from "./thrown.ts";
import type { Handlers } from "./handler.ts";
import { log } from "./processLog.ts";
import { makeApp, makeServer } from "./server.ts";
import { stopGracefully } from "./stop.ts";
import { StopSign } from "./stopSign.ts";

export interface WorkerArgs<C extends WorkerContract> {
  readonly contract: C;
  readonly handlers: Handlers<C>;
}

/**
 * Starts the worker of a contract: it reads its settings from the environment, listens, and serves
 * deliveries until SIGTERM. What keeps it from that is one line in its log, and the process ends with 1.
 */
export function startWorker<C extends WorkerContract>(args: WorkerArgs<C>): void {
  let config;
  try {
    checkHandlers(args.contract.tasks, args.handlers);
    config = loadConfig(args.contract.settings, process.env);
  } catch (error) {
    log.fatal(describeError(error));
    process.exitCode = 1;
    return;
  }
  serve(args, config);
}

/** Where nothing was compiled, a handler may be missing. */
function checkHandlers(
  tasks: TaskTable["tasks"],
  handlers: Readonly<Record<string, AnyHandler | undefined>>,
): void {
  const missing = Object.keys(tasks).filter((task) => typeof handlers[task] !== "function");
  if (missing.length === 0) return;
  const sentences = missing.map((task) => `Task '${task}' of tasks/tasks.ts has no handler.`);
  throw new Error([...sentences, "Add it to worker/handlers/index.ts."].join(" "));
}

const after: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => {
    clearTimeout(timer);
  };
};
const now = (): number => performance.now();

function serve<C extends WorkerContract>(
  { contract, handlers }: WorkerArgs<C>,
  { port, host, queues, deadLetterQueue, invoker, share, settings, ...config }: WorkerConfig,
): void {
  const stop = new StopSign();
  let isStopping = false;

  const api = connectCloudTasks(config);
  const deliver = makeDeliver({
    tasks: contract.tasks,
    handlers,
    share,
    settings,
    deadLetters: makeDeadLetters(deadLetterQueue, config.revision, api),
    client: createClient<TaskTable>(contract, { queues }, { api }),
    log,
    stop,
    now,
    date: () => new Date(),
    after,
  });
  const app = makeApp({ queues, invoker, deliver, log, now, isStopping: () => isStopping });
  const server = makeServer(app, log);
  server.on("error", (error) => {
    log.fatal(stackOf(error), `The worker cannot listen on port ${port}: ${error.message}`);
    process.exit(1);
  });
  server.listen(port, host, () => {
    const { service, revision } = config;
    const address = server.address();
    const actual = typeof address === "object" && address ? address.port : port;
    log.info({ service, revision }, `The worker listens on port ${actual}.`);
  });

  process.once("SIGTERM", () => {
    isStopping = true;
    log.info("The worker is stopping.");
    void stopGracefully(
      server,
      () => {
        stop.raise();
      },
      after,
    ).then(() => {
      process.exit(0);
    });
  });
}
