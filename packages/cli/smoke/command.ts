import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import * as z from "zod";
import { fromEnvironment } from "../../../tasks/client/client.ts";
import { connectCloudTasks } from "../../../tasks/client/cloudTasks.ts";
import { rehearsalMark } from "../../../infra/alerts/alertProofs.ts";
import { EXIT } from "../command/exitCodes.ts";
import { durationOption } from "../command/readers.ts";
import { terminalWidth } from "../command/table.ts";
import { flagsOf, targetOf, withTarget, type Target } from "../command/target.ts";
import { callGoogle } from "../stack/googleApi.ts";
import { diagnoseState } from "./diagnosePing.ts";
import { pingQueue, type Ping } from "./pingQueue.ts";
import { proofTable, proveAlerts } from "./proveAlerts.ts";
import { jsonReport, tableReport, type QueuePing } from "./smokeReport.ts";
import { stackEnvironment, stackOperations } from "../stack/stackEnvironment.ts";

interface Options {
  readonly alerts: boolean;
  readonly timeout: number;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withTarget(command)
    .description(
      "Sends a ping, a task that does nothing, through every queue of a stack, and says what keeps it " +
        "from the worker. Ends with 1 where one does not arrive, at once where the queue is paused.",
    )
    .addOption(
      durationOption(
        "--timeout <duration>",
        "how long a ping may take; a new grant takes minutes",
        "5m",
      ),
    )
    .option(
      "--alerts",
      "instead of pings, writes a line into the logs for each alert that opens with one, and says which opened: " +
        "whoever these alerts write to is written to, with 'rehearsal-…' in the labels",
      false,
    )
    .option("--json", "print JSON", false)
    .action(async (options: Options) => {
      const target = targetOf(command);
      await (options.alerts
        ? runAlerts(target, options)
        : run(target, options, flagsOf(command.opts<Target>())));
    });
}

async function runAlerts(target: Target, { timeout, json }: Options): Promise<void> {
  const mark = rehearsalMark(randomBytes(4).toString("hex"));
  const proofs = await proveAlerts(await stackOperations(target), {
    call: (...what) => callGoogle(target, ...what),
    timeoutMs: timeout,
    now: Date.now,
    sleep: async (ms) => {
      await sleep(ms);
    },
    mark,
  });
  console.log(json ? JSON.stringify(proofs) : proofTable(proofs, mark, terminalWidth()));
  if (proofs.some(({ verdict }) => verdict !== "opened")) process.exitCode = EXIT.failed;
}

async function run(target: Target, { timeout, json }: Options, flags: string): Promise<void> {
  const settings = fromEnvironment(await stackEnvironment(target));
  const { workers } = await stackOperations(target);
  const pinging = {
    api: connectCloudTasks(settings),
    timeoutMs: timeout,
    now: () => performance.now(),
    sleep: async (ms: number) => {
      await sleep(ms);
    },
    randomHex: (bytes: number) => randomBytes(bytes).toString("hex"),
  };
  const queues = Object.entries(settings.queues).filter(([, { retired }]) => retired !== true);
  const pings = await Promise.all(
    queues.map(async ([queue, deployed]): Promise<QueuePing> => {
      const worker = workers.find((one) => one.queues.includes(queue))?.name;
      return {
        queue,
        ...(workers.length > 1 && worker !== undefined && { worker }),
        ...((await refusedBy(target, queue, deployed.name, flags)) ??
          (await pingQueue(deployed, pinging))),
      };
    }),
  );
  console.log(json ? jsonReport(pings) : tableReport(pings, terminalWidth()));
  if (pings.some(({ hasArrived }) => !hasArrived)) process.exitCode = 1;
}

/** What becomes of a ping that is not sent, for its queue sends nothing; `undefined` for any other. */
async function refusedBy(
  target: Target,
  queue: string,
  name: string,
  flags: string,
): Promise<Ping | undefined> {
  // Where the queue cannot be looked at, its ping says why.
  const found = await callGoogle(target, TASKS, "GET", `/v2/${name}`).catch(() => ({}));
  const diagnosis = diagnoseState(queueSchema.parse(found).state, queue, flags);
  return diagnosis && { hasArrived: false, deliveries: 0, ms: 0, diagnosis };
}

const TASKS = "cloudtasks.googleapis.com";
const queueSchema = z.object({ state: z.string().default("RUNNING") });
