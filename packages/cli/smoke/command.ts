import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { fromEnvironment } from "../../../tasks/client/client.ts";
import { connectCloudTasks } from "../../../tasks/client/cloudTasks.ts";
import { EXIT } from "../command/exitCodes.ts";
import { durationOption } from "../command/readers.ts";
import { terminalWidth } from "../command/table.ts";
import { targetOf, withTarget, type Target } from "../command/target.ts";
import { pingQueue } from "./pingQueue.ts";
import { proofTable, proveAlerts } from "./proveAlerts.ts";
import { callGoogle } from "../stack/googleApi.ts";
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
        "from the worker. Ends with 1 where one does not arrive.",
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
        "whoever these alerts write to is written to",
      false,
    )
    .option("--json", "print JSON", false)
    .action(async (options: Options) => {
      await (options.alerts ? runAlerts : run)(targetOf(command), options);
    });
}

async function runAlerts(target: Target, { timeout, json }: Options): Promise<void> {
  const proofs = await proveAlerts(await stackOperations(target), {
    call: (...what) => callGoogle(target, ...what),
    timeoutMs: timeout,
    now: Date.now,
    sleep: async (ms) => {
      await sleep(ms);
    },
    randomHex: (bytes) => randomBytes(bytes).toString("hex"),
  });
  console.log(json ? JSON.stringify(proofs) : proofTable(proofs, terminalWidth()));
  if (proofs.some(({ verdict }) => verdict !== "opened")) process.exitCode = EXIT.failed;
}

async function run(target: Target, { timeout, json }: Options): Promise<void> {
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
        ...(await pingQueue(deployed, pinging)),
      };
    }),
  );
  console.log(json ? jsonReport(pings) : tableReport(pings, terminalWidth()));
  if (pings.some(({ hasArrived }) => !hasArrived)) process.exitCode = 1;
}
