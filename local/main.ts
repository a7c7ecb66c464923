import { LOCAL_API_PORT } from "../tasks/localCloud.ts";
import { PortTakenError } from "./google/listen.ts";
import type { CloudEvents, EventName } from "./google/events.ts";
import { startLocalStack, type LocalStack } from "./localStack.ts";
import { parseOptions, type Options } from "./options.ts";
import { Terminal } from "./terminal.ts";
import { watchFiles } from "./watchFiles.ts";

const WATCHED_FOLDERS = ["worker", "tasks", "infra"];
const WATCHED_FILES = ["Pulumi.local.yaml", "Pulumi.yaml"];
const EVENTS = [
  "taskCreated",
  "attemptFinished",
  "taskDeleted",
  "jobFinished",
  "denied",
  "refused",
  "containerLog",
  "instance",
  "notEmulated",
] as const satisfies readonly EventName[];

const options = parseOptions(process.argv.slice(2));
const terminal = new Terminal({
  ...options,
  write: (line) => {
    process.stdout.write(`${line}\n`);
  },
  now: Date.now,
});

try {
  await main(options);
} catch (error) {
  if (!(error instanceof PortTakenError)) throw error;
  terminal.problem(error.message);
  process.exitCode = 1;
}

async function main(options: Options): Promise<void> {
  let changes = 0;
  const local = await startLocalStack({
    ...options,
    onChange: (change) => {
      changes += 1;
      terminal.changed(change);
    },
    onOutput: (line) => {
      terminal.say(`  ${line}`);
    },
    onMail: ({ to, subject }) => {
      terminal.mail(to, subject);
    },
  });
  const { stack } = local;
  for (const name of EVENTS) listen(local, name);

  const apply = async (): Promise<boolean> => {
    const start = performance.now();
    changes = 0;
    const problem = await stack.apply();
    terminal.nameQueues(stack.queueNames);
    if (problem !== undefined) {
      terminal.problem(problem);
      return false;
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    terminal.say(
      changes === 0
        ? `Nothing to change (${seconds} s).`
        : `${changes} ${changes === 1 ? "change" : "changes"} in ${seconds} s.`,
    );
    return true;
  };

  terminal.say("Deploying the stack 'local' to the Google Cloud on this machine:");
  const isDeployed = await apply();
  if (!isDeployed && !options.watch) {
    await local.stop();
    process.exitCode = 1;
    return;
  }
  if (isDeployed) terminal.ready(addresses(local), performance.now(), enqueueExample(options));
  else terminal.say("Waiting for a change of a file.");

  // The next apply begins when the last one ended.
  const watcher =
    options.watch &&
    watchFiles(WATCHED_FOLDERS, WATCHED_FILES, (files) => {
      terminal.say(`\n${files.join(", ")} changed; deploying again:`);
      void apply();
    });

  const stop = (): void => {
    terminal.say("\nStopping.");
    if (watcher) watcher.close();
    local.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        terminal.problem(String(error));
        process.exit(1);
      },
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function listen<Name extends EventName>({ cloud }: LocalStack, name: Name): void {
  cloud.events.on(name, (event: CloudEvents[Name]) => {
    terminal.event(name, event);
  });
}

function addresses({ cloud, stack, smtpPort }: LocalStack): Record<string, string> {
  const workerUrl = String(stack.outputs?.["workerUrl"]);
  const { host } = new URL(workerUrl);
  return {
    "Google's API": cloud.endpoint,
    Worker: workerUrl,
    "  from outside": `curl -H 'Host: ${host}' ${cloud.endpoint}/health`,
    "  from inside": `curl -H 'Host: ${host}' http://127.0.0.1:${cloud.insidePort}/health`,
    Mail: `smtp://127.0.0.1:${smtpPort}`,
  };
}

function enqueueExample({ port }: Options): string {
  const payload = { to: "you@example.com", subject: "Hello", text: "It works." };
  const flag = port === LOCAL_API_PORT ? "" : ` --port ${port}`;
  return `npm run enqueue -- send-email '${JSON.stringify(payload)}'${flag}`;
}
