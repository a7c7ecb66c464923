import { fork } from "node:child_process";
import type { Result } from "../figure.ts";
import type { GroupReport } from "../groupProcess.ts";
import { startQueueCloud } from "../queueCloud.ts";
import { end } from "../serverProcess.ts";

const LETTERS = 100_000;
const CAUSES = 50;

/** How long it takes to put a hundred thousand dead letters together by their causes, and how much memory. */
export async function measureDeadLetters(): Promise<Result[]> {
  await using queueCloud = await startQueueCloud(1);
  const { cloud, client, queues } = queueCloud;
  await client.pauseQueues();
  await client.createTasks(LETTERS, deadLetter);
  const { letters, causes, seconds, megabytes } = await group(queues[0] ?? "", cloud.endpoint);
  if (letters !== LETTERS || causes !== CAUSES) {
    throw new Error(`There were ${letters} dead letters in ${causes} causes.`);
  }
  return [
    {
      figure: "dead-letters: 100,000 put together by cause",
      unit: "s",
      runs: [seconds],
      target: { of: "figure", atMost: 10 },
    },
    {
      figure: "dead-letters: memory of the same",
      unit: "MB",
      runs: [megabytes],
      target: { of: "figure", atMost: 200 },
    },
  ];
}

/** A dead letter of `send-email`, as a task. */
export function deadLetter(n: number): object {
  const error = `connect ECONNREFUSED 10.0.${n % 250}.4:587 for order ${n}, after 30000 ms of trying`;
  return {
    httpRequest: {
      url: "https://set-by-the-queue.invalid/tasks/send-email",
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": `welcome/${n}`,
        traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
        "Dead-Letter-Task": "send-email",
        "Dead-Letter-Queue": "email",
        "Dead-Letter-Task-Id": n.toString(16).padStart(32, "0"),
        "Dead-Letter-Reason": "attempts-exhausted",
        "Dead-Letter-Error": encodeURIComponent(error),
        "Dead-Letter-Cause": (0x10000000 + (n % CAUSES)).toString(16),
        "Dead-Letter-Attempts": "8",
        "Dead-Letter-Deliveries": "9",
        "Dead-Letter-Time": new Date(1_795_000_000_000 + n * 1000).toISOString(),
        "Dead-Letter-Revision": "bench-00042-abc",
      },
      body: Buffer.from(JSON.stringify({ to: "ada@example.com", text: "x".repeat(200) })).toString(
        "base64",
      ),
    },
  };
}

async function group(queue: string, endpoint: string): Promise<GroupReport> {
  const { port } = new URL(endpoint);
  const script = new URL("../groupProcess.ts", import.meta.url);
  const child = fork(script, [queue, port], { stdio: "inherit" });
  try {
    return await new Promise<GroupReport>((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", () => {
        reject(new Error("The process that was to put dead letters together ended."));
      });
    });
  } finally {
    await end(child);
  }
}
