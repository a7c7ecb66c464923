import type { ChildProcess } from "node:child_process";
import { isatty } from "node:tty";
import type { Contract } from "../../../tasks/contract/contract.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { LOCAL_API_PORT } from "@background-tasks/cloud/control/localCloud.ts";
import { keepDeployToken } from "@background-tasks/cloud/control/deployToken.ts";
import { DataDirectoryError } from "@background-tasks/cloud/data/dataDirectoryError.ts";
import { StackFileError } from "@background-tasks/program/stack/stackConfig.ts";
import { PortTakenError } from "@background-tasks/cloud/network/listen.ts";
import { EVENT_NAMES } from "@background-tasks/cloud/api/events.ts";
import { localConsole } from "../console/startConsole.ts";
import { localConsoleLink } from "../console/token.ts";
import { EXIT } from "../command/exitCodes.ts";
import { whenAbandoned } from "./abandoned.ts";
import { coalesced } from "./coalesced.ts";
import { watchTypes } from "./compiler.ts";
import { exampleTask } from "./examplePayload.ts";
import { handlersToAdd, missingHandlers } from "./missingHandlers.ts";
import { overriddenEdits, readDeclared } from "./overriddenEdits.ts";
import { printable } from "../command/printable.ts";
import { makeFramesOf } from "../command/stackFrames.ts";
import { startLocalStack, type LocalStack } from "./localStack.ts";
import type { Options } from "./options.ts";
import { nextRuns } from "./nextRuns.ts";
import { readContract } from "./readContract.ts";
import { takenWords } from "./takenPort.ts";
import { Terminal, type Addresses, type FirstSteps } from "./terminal.ts";
import { TypeWatch } from "./typeWatch.ts";
import { watchFiles } from "./watchFiles.ts";

const WATCHED_FOLDERS = ["worker", "tasks", "infra", "packages/google"];
const WATCHED_FILES = ["Pulumi.local.yaml", "Pulumi.yaml"];
/** `npm start`: resolves once it runs, or has failed. */
export async function start(options: Options, firstChild?: ChildProcess): Promise<void> {
  const framesOf = makeFramesOf();
  /** As it was when it was last deployed from here. */
  let deployed: Contract | undefined;
  const contract = async (): Promise<Contract> => (deployed ??= await loadContract());
  const page = localConsole({
    ...{ framesOf, contract },
    say: (text) => {
      terminal.say(text);
    },
  });
  /** The time in the cloud, once there is one. */
  let now = Date.now;
  const terminal = new Terminal({
    ...options,
    isColored: isatty(1) && process.env["NO_COLOR"] === undefined,
    write: (line) => {
      process.stdout.write(`${line}\n`);
    },
    now: () => now(),
    linkOf: (taskId) => page.linkTo(`task/${taskId}`),
    framesOf,
  });
  let changes = 0;
  let isApplying = false;
  const ending = new AbortController();
  /** Found while the cloud starts, for the first apply. */
  let found = options.deploy ? missingHandlers(".", ending.signal) : undefined;
  const local = await startLocalStack({
    ...options,
    directory: ".",
    firstChild,
    onChange: (change) => {
      changes += 1;
      terminal.changed(change);
    },
    onOutput: (line) => {
      terminal.say(`  ${printable(line)}`);
    },
    onDataFailure: (error) => {
      // Nothing that is not kept may go on.
      terminal.problem(error.message);
      process.exit(1);
    },
    onMail: (mail) => {
      page.onMail(mail);
      terminal.mail(mail.to, mail.subject);
    },
    ownAnswer: page.ownAnswer,
    onEvents: (events) => {
      for (const name of EVENT_NAMES) {
        events.on(name, (event) => {
          // The program pauses the dead-letter queue that it makes.
          if (name === "queueChanged" && isApplying) return;
          terminal.event(name, event);
        });
      }
    },
  }).catch(async (error: unknown) => {
    if (!isExpected(error)) throw error;
    terminal.problem(
      error instanceof PortTakenError ? await takenWords(error, options) : error.message,
    );
    firstChild?.kill();
    ending.abort();
    process.exitCode = EXIT.failed;
  });
  if (!local) return;
  const { stack, cloud } = local;
  now = () => cloud.clock.now();
  page.open(cloud);
  let isReady = false;
  let isBroken = false;
  let isUnfinished = false;
  let declared = await readDeclared(".");
  const types = new TypeWatch({
    watch: watchTypes,
    tell: (lines) => {
      terminal.say(lines.join("\n"));
    },
    later: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => {
        clearTimeout(timer);
      };
    },
  });

  /** What was saved since the last apply began. */
  const saved = new Set<string>();
  /** Returns whether all went well. */
  const apply = coalesced(async (): Promise<boolean> => {
    const begin = performance.now();
    if (saved.size > 0 && !stack.isStopping) {
      terminal.say(`\n${[...saved].sort().join(", ")} changed; deploying again:`);
    }
    saved.clear();
    types.pause();
    isApplying = true;
    // Before: what is saved meanwhile is deployed next.
    const edited = await readDeclared(".");
    const missing = await (found ?? missingHandlers(".", ending.signal));
    found = undefined;
    const problem = missing ? handlersToAdd(missing) : await stack.apply();
    isApplying = false;
    if (stack.isStopping) return false;
    terminal.nameQueues(stack.queueNames);
    if (problem === undefined) {
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      const count = `${changes} ${changes === 1 ? "change" : "changes"}`;
      const done =
        changes === 0 ? `Nothing to change (${seconds} s).` : `${count} in ${seconds} s.`;
      const how = isUnfinished ? "All is there now: " : isBroken && isReady ? "Mended: " : "";
      terminal.say(how + done);
      for (const line of overriddenEdits(declared, edited, ".", "Pulumi.local.yaml")) {
        terminal.say(line);
      }
      declared = edited;
      deployed = (await readContract(".")) ?? deployed;
    } else {
      if (missing) terminal.unfinished(problem);
      else terminal.problem(problem);
      if (isReady) terminal.say("What was deployed before keeps running.");
    }
    // What was only not there yet is not mended.
    isUnfinished = missing !== undefined;
    if (!missing) isBroken = problem !== undefined;
    // The next apply has not begun.
    changes = 0;
    if (problem === undefined && !isReady) {
      isReady = true;
      terminal.ready(
        addressesOf(local),
        performance.now(),
        await firstSteps(local, await contract()),
      );
    }
    if (options.typeCheck && options.watch && problem === undefined) types.check();
    return problem === undefined;
  });

  // From now on: what is edited or stopped while the stack is being deployed is so too.
  const watcher =
    options.deploy &&
    options.watch &&
    watchFiles(WATCHED_FOLDERS, WATCHED_FILES, (files) => {
      for (const file of files) saved.add(file);
      void apply();
    });
  const forgetToken = keepToken(local, terminal);
  const stop = async (): Promise<void> => {
    if (watcher) watcher.close();
    ending.abort();
    types.stop();
    forgetToken();
    await page.close();
    await local.stop();
    terminal.flush();
  };
  const onSignal = (): void => {
    // Of a signal to the whole group, npm ends sooner than this process, which then is abandoned, too.
    if (ending.signal.aborted) return;
    terminal.say("\nStopping.");
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        terminal.problem(String(error));
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, onSignal);
  if (process.env["npm_lifecycle_event"] !== undefined) whenAbandoned(onSignal);

  if (!options.deploy) {
    terminal.ready(addressesOf(local), performance.now());
    return;
  }
  terminal.say("Deploying the stack 'local' to the Google Cloud on this machine:");
  if ((await apply()) || stack.isStopping) return;
  if (options.watch) {
    terminal.say("Waiting for a change of a file.");
  } else {
    process.exitCode = EXIT.failed;
    await stop();
  }
}

/** Lets other commands of this user deploy to the local cloud. Returns what ends that. */
function keepToken({ cloud }: LocalStack, terminal: Terminal): () => void {
  try {
    return keepDeployToken(Number(new URL(cloud.endpoint).port), cloud.deployToken);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    terminal.say(`No other command can deploy here, such as 'npm run up -- --local': ${reason}`);
    return () => undefined;
  }
}

/** Whether a person is told enough by the error's message. */
function isExpected(error: unknown): error is Error {
  return (
    error instanceof PortTakenError ||
    error instanceof StackFileError ||
    error instanceof DataDirectoryError
  );
}

function addressesOf({ cloud, stack, smtpPort }: LocalStack): Addresses {
  const workers = stack.operations?.workers ?? [];
  return {
    console: localConsoleLink(cloud),
    api: cloud.endpoint,
    inside: `http://127.0.0.1:${cloud.insidePort}`,
    grpc: `127.0.0.1:${cloud.grpcPort}`,
    workers: Object.fromEntries(workers.map(({ name, url }) => [name, url])),
    mail: `smtp://127.0.0.1:${smtpPort}`,
  };
}

async function firstSteps({ cloud, stack }: LocalStack, { tasks }: Contract): Promise<FirstSteps> {
  const example = exampleTask(tasks);
  const port = Number(new URL(cloud.endpoint).port);
  const flag = port === LOCAL_API_PORT ? "" : ` --port ${port}`;
  const task = example
    ? `${example.task} '${JSON.stringify(example.payload)}'`
    : "<task> '<payload>'";
  return {
    enqueue: `npm run enqueue -- ${task}${flag}`,
    schedules: await nextRuns(stack.operations?.schedules ?? {}, cloud.endpoint),
    flag,
  };
}
