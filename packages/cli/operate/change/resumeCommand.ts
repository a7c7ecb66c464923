import type { Command } from "commander";
import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { duration } from "../../command/readers.ts";
import { auditUndo } from "../audit.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { operate, withAudit, withOperator, type Operating } from "../operatorCommand.ts";
import { foreground, type Foreground } from "./foreground.ts";
import { chosenQueues, queuesOf, undoEach } from "./pauseCommand.ts";
import { switchQueue } from "./switchQueue.ts";

export interface ResumeOptions {
  readonly all: boolean;
  /** In milliseconds. */
  readonly ramp?: number;
  readonly json: boolean;
}

export function configure(command: Command): void {
  withAudit(withOperator(command))
    .description(
      "Resumes paused queues. With --ramp, their rate grows in five steps to what it is set to, and this " +
        "command stays; interrupted, it pauses them again and leaves the rate as it was.",
    )
    .argument("[queues...]", "their keys in tasks/queues.ts")
    .option("--all", "all queues of the stack but the dead-letter queue", false)
    .option("--ramp <duration>", "how long it takes until they have their whole rate", duration)
    .action(async (keys: string[], options: ResumeOptions) => {
      const chosen = chosenQueues(command, keys, options.all);
      await operate(command, (operating) =>
        foreground((ground) => resumeQueues(operating, chosen, options, ground)),
      );
    });
}

const STEPS = 5;

export async function resumeQueues(
  operating: Operating,
  keys: readonly string[] | undefined,
  { ramp, json }: Pick<ResumeOptions, "ramp" | "json">,
  ground: Foreground,
): Promise<ExitCode> {
  const { calls, output } = operating;
  if (keys?.includes(DEAD_LETTER_QUEUE)) {
    throw new CommandError(
      EXIT.usage,
      `'${DEAD_LETTER_QUEUE}' stays paused: resumed, it would send its letters to nobody and lose them. ` +
        "'redrive' puts them back on their queues. Nothing was resumed.",
    );
  }
  const queues = queuesOf(operating, keys ? [...keys] : undefined);
  const tell = (key: string, state: string, words: string): void => {
    output.print(json ? JSON.stringify({ kind: "queue", key, state }) : `${key}: ${words}`);
  };
  const growing: Growing[] = [];
  for (const [key, name] of queues) {
    const { state, rateLimits } = await calls.getQueue(name);
    if (state !== "PAUSED") {
      tell(key, state, "was not paused");
      continue;
    }
    await operating.audit({ what: "resume", queue: key, count: 1 });
    if (ramp === undefined) {
      await switchQueue(operating, [key, name], "resume");
      tell(key, "RUNNING", "resumed");
    } else growing.push({ key, name, rate: rateLimits.maxDispatchesPerSecond });
  }
  if (ramp === undefined || growing.length === 0) return EXIT.done;

  output.note(
    "If this command is killed, rates stay lower than the program's: 'npm run up -- --refresh' sets them.",
  );
  let isWhole = false;
  try {
    for (let step = 1; step <= STEPS && !ground.isInterrupted(); step += 1) {
      if (step > 1) await ground.sleep(ramp / (STEPS - 1));
      if (ground.isInterrupted()) break;
      for (const { key, name, rate } of growing) {
        const now = rate * (step / STEPS);
        await setRate(calls, name, now);
        if (step === 1) await switchQueue(operating, [key, name], "resume");
        tell(key, "RUNNING", `${Math.round(now * 100) / 100} of ${rate} per s`);
      }
      isWhole = step === STEPS;
    }
  } finally {
    if (!isWhole) {
      await undoEach(
        output,
        growing.map((queue) => [queue.key, queue] as const),
        async ([key, { name, rate }]) => {
          await switchQueue(operating, [key, name], "pause");
          await setRate(calls, name, rate);
          tell(key, "PAUSED", "paused again");
          await auditUndo(operating, { what: "pause", queue: key, count: 1 });
        },
      );
    }
  }
  return isWhole ? EXIT.done : EXIT.failed;
}

interface Growing {
  readonly key: string;
  readonly name: string;
  /** Dispatches per second, as it is set. */
  readonly rate: number;
}

async function setRate(calls: OperatorCalls, queue: string, perSecond: number): Promise<void> {
  const rateLimits = { maxDispatchesPerSecond: perSecond };
  await calls.updateQueue(queue, ["rateLimits.maxDispatchesPerSecond"], { rateLimits });
}
