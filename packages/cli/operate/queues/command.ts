import type { Command } from "commander";
import { EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { operate, withOperator, type Operating } from "../operatorCommand.ts";
import { driftWords } from "./drift.ts";
import { queueTable } from "./queueTable.ts";
import { queueViews } from "./queueViews.ts";

export function configure(command: Command): void {
  withOperator(command)
    .description(
      "Shows what each queue of a stack is doing at this moment: one operation a queue, however much it holds.",
    )
    .action(async ({ json }: { readonly json: boolean }) => {
      await operate(command, (operating) => showQueues(operating, json));
    });
}

export async function showQueues(
  { calls, output, flags }: Operating,
  json: boolean,
): Promise<ExitCode> {
  const now = output.now();
  const views = await queueViews(calls, now);
  if (!json) {
    output.print(queueTable(views, now, output.width));
    for (const view of views) {
      const drift = driftWords(view, flags);
      if (drift !== undefined) output.print(`! ${drift}`);
    }
  } else {
    for (const { oldestDue, ...view } of views) {
      const due = oldestDue === undefined ? {} : { oldestDue: new Date(oldestDue).toISOString() };
      output.print(JSON.stringify({ kind: "queue", ...view, ...due }));
    }
  }
  return EXIT.done;
}
