import { noAudit } from "@background-tasks/cli/operate/audit.ts";
import { makeOperatorCalls } from "@background-tasks/cli/operate/calls/operatorCalls.ts";
import { showStatus } from "@background-tasks/cli/operate/status/command.ts";
import { callGoogle } from "@background-tasks/cli/stack/googleApi.ts";
import type { Result } from "../figure.ts";
import { startNoopStack } from "../noopStack.ts";
import { deadLetter } from "./deadLetters.ts";

const RUNS = 9;
const QUEUES = 20;
const LETTERS = 1000;
const MOST_CALLS = 2 * QUEUES;

/** How long `status` takes: what the command does, without the start of its process. */
export async function measureStatus(): Promise<Result[]> {
  await using stack = await startNoopStack(QUEUES);
  const { operations, port, client } = stack;
  const letters = operations.queues["dead-letter"] ?? "";
  for (let n = 0; n < LETTERS; n += 1) {
    await client.post(`v2/${letters}/tasks`, { task: deadLetter(n) });
  }
  const runs: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    let made = 0;
    const calls = makeOperatorCalls(operations, {
      call(...call) {
        made += 1;
        return callGoogle({ local: false, port }, ...call);
      },
      now: Date.now,
      sleep: () => Promise.reject(new Error("The local cloud is never busy.")),
    });
    const lines: string[] = [];
    const nothing = (): void => undefined;
    const output = { print: (text: string) => void lines.push(text), note: nothing };
    const start = performance.now();
    await showStatus(
      {
        calls,
        flags: "",
        audit: noAudit,
        output: { ...output, progress: nothing, ask: undefined, width: 120, now: Date.now },
      },
      false,
    );
    runs.push((performance.now() - start) / 1000);
    if (made > MOST_CALLS) throw new Error(`It made ${made} calls for ${QUEUES} queues.`);
    if (!lines.some((line) => line.startsWith("1,000 dead letters"))) {
      throw new Error(`It says:\n${lines.join("\n")}`);
    }
  }
  return [
    {
      figure: `status: a stack of ${QUEUES} queues`,
      unit: "s",
      runs,
      target: { of: "figure", atMost: 1 },
    },
  ];
}
