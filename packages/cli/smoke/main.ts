import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import { fromEnvironment } from "../../../tasks/client/client.ts";
import { connectCloudTasks } from "../../../tasks/client/cloudTasks.ts";
import { pingQueue, type Ping } from "./pingQueue.ts";
import { jsonReport, tableReport } from "./smokeReport.ts";
import { stackEnvironment } from "../stack/stackEnvironment.ts";
import { targetOf, withTarget } from "../stack/target.ts";

interface Options {
  readonly timeout: number;
  readonly json: boolean;
}

const command = withTarget(new Command("npm run smoke --"))
  .description(
    "Sends a ping, a task that does nothing, through every queue of a stack, and says what keeps it\n" +
      "from the worker. Ends with 1 where one does not arrive.",
  )
  .option(
    "--timeout <duration>",
    "how long a ping may take, such as '90s' or '5m'; a new grant takes minutes",
    milliseconds,
    milliseconds("5m"),
  )
  .option("--json", "print JSON", false);

function milliseconds(text: string): number {
  const [, number, unit] = /^(\d+)(s|m)$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * (unit === "m" ? 60_000 : 1000);
  throw new InvalidArgumentError("A duration is seconds or minutes, such as '90s' or '5m'.");
}

async function smoke({ timeout, json }: Options): Promise<void> {
  const settings = fromEnvironment(await stackEnvironment(targetOf(command)));
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
    queues.map(async ([queue, deployed]): Promise<[string, Ping]> => [
      queue,
      await pingQueue(deployed, pinging),
    ]),
  );
  console.log(json ? jsonReport(pings) : tableReport(pings));
  if (pings.some(([, { hasArrived }]) => !hasArrived)) process.exitCode = 1;
}

try {
  await smoke(command.parse().opts<Options>());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
