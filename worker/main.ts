import { writeSync } from "node:fs";
import { createClient } from "../tasks/client.ts";
import { connectCloudTasks } from "../tasks/cloudTasks.ts";
import { loadConfig, type WorkerConfig } from "./config.ts";
import type { After } from "./deadline.ts";
import { makeDeadLetters } from "./deadLetters.ts";
import { makeDeliver } from "./delivery.ts";
import { describeError } from "./errors.ts";
import { makeHandlers } from "./handlers/index.ts";
import { makeLog, stackOf } from "./log.ts";
import { makeLogOutput } from "./logOutput.ts";
import { makeMailer } from "./mailer.ts";
import { makeApp, makeServer } from "./server.ts";
import { stopGracefully } from "./stop.ts";
import { StopSign } from "./stopSign.ts";

const output = makeLogOutput((bytes) => writeSync(1, bytes));
const log = makeLog(output);
process.on("exit", () => {
  output.flush();
});
process.on("uncaughtException", (error) => {
  log.fatal(stackOf(error), `The worker crashed: ${describeError(error)}`);
  process.exit(1);
});

const after: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => {
    clearTimeout(timer);
  };
};
const now = (): number => performance.now();

const config = readConfig();
if (config) start(config);

function readConfig(): WorkerConfig | undefined {
  try {
    return loadConfig(process.env);
  } catch (error) {
    log.fatal(describeError(error));
    process.exitCode = 1;
    return undefined;
  }
}

function start({ port, host, queues, deadLetterQueue, invoker, ...config }: WorkerConfig): void {
  const stop = new StopSign();
  let isStopping = false;

  const api = connectCloudTasks(config);
  const deliver = makeDeliver({
    handlers: makeHandlers({ mailer: makeMailer(config.smtpUrl), mailFrom: config.mailFrom }),
    deadLetters: makeDeadLetters(deadLetterQueue, api),
    client: createClient({ queues }, { api }),
    log,
    stop,
    now,
    date: () => new Date(),
    after,
  });
  const app = makeApp({ queues, invoker, deliver, log, now, isStopping: () => isStopping });
  const server = makeServer(app);
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
