import type { Contract } from "../../../tasks/contract/contract.ts";
import { shellWord } from "../command/shellWord.ts";
import { table } from "../command/table.ts";
import { examplePayload } from "../tasks/examplePayload.ts";
import { payloadFields } from "../tasks/payloadFields.ts";

/** Every task with its queue, and a command line that enqueues it; `flags` name the stack. */
export function taskList(contract: Contract, flags: string): string {
  const tasks = Object.entries(contract.tasks);
  if (tasks.length === 0) return "There are no tasks: tasks/tasks.ts declares them.";
  return [
    table(
      ["Task", "Queue"],
      tasks.map(([task, { queue }]) => [task, queue]),
    ),
    "An example of each:",
    ...tasks.map(([task]) => `  ${exampleLine(task, contract, flags)}`),
    "The fields of one's payload: npm run enqueue -- <task>",
  ].join("\n");
}

/** What a task's payload is: its fields, and a command line that enqueues it. */
export function payloadHelp(task: string, contract: Contract, flags: string): string {
  const schema = contract.tasks[task]?.payload;
  const fields = schema ? payloadFields(schema) : [];
  const rows = fields.map(({ path, type, need, note }) => [path || "(payload)", type, need, note]);
  const head = ["Field", "Type", "Needed", "What it is"];
  // Most schemas describe nothing.
  const columns = fields.some(({ note }) => note !== "") ? head.length : head.length - 1;
  return [
    fields.length === 0
      ? "It has no fields."
      : table(
          head.slice(0, columns),
          rows.map((row) => row.slice(0, columns)),
        ),
    "Example:",
    `  ${exampleLine(task, contract, flags)}`,
  ].join("\n");
}

function exampleLine(task: string, contract: Contract, flags: string): string {
  return `npm run enqueue -- ${task} ${shellWord(payloadText(task, contract))}${flags}`;
}

/** An example of a task's payload, as JSON. */
export function payloadText(task: string, contract: Contract): string {
  const payload = examplePayload(task, contract);
  return payload === undefined ? "<payload>" : JSON.stringify(payload);
}
