import { depthSeries, queueSeries } from "../../operate/queues/queueSeries.ts";
import { makeOperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { callGoogle } from "../../stack/googleApi.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

const MINUTE_MS = 60_000;

let stack: OperatorCloud;
beforeEach(async () => {
  stack = await startOperatorCloud(() => 200);
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

/** The calls of a stack that counts how its tasks end, and what of Monitoring was read. */
async function countingCalls() {
  await stack.api("POST", "/v2/projects/local-project/metrics", {
    name: "dev-ended",
    filter: 'log_id("run.googleapis.com/stdout") AND jsonPayload.outcome=("done" OR "dead-letter")',
    metricDescriptor: {
      metricKind: "DELTA",
      valueType: "INT64",
      labels: [{ key: "queue" }, { key: "outcome" }],
    },
    labelExtractors: {
      queue: "EXTRACT(labels.queue)",
      outcome: "EXTRACT(jsonPayload.outcome)",
    },
  });
  const reads: string[] = [];
  const logMetrics = { ended: "logging.googleapis.com/user/dev-ended" };
  const calls = makeOperatorCalls(
    { ...stack.operations, logMetrics },
    {
      call(api, method, path, body) {
        reads.push(`${method} ${path.split("?")[0]!}`);
        return callGoogle({ local: false, port: stack.port }, api, method, path, body);
      },
      now: () => +stack.cloud.now(),
      sleep: () => Promise.reject(new Error("Nothing is tried again here.")),
    },
  );
  return { calls, reads };
}

async function enqueue(queue: string, count: number, delayMs = 0): Promise<void> {
  const scheduleTime = new Date(+stack.cloud.now() + delayMs).toISOString();
  for (let n = 0; n < count; n += 1) {
    await stack.api("POST", `/v2/${stack.operations.queues[queue]!}/tasks`, {
      task: { scheduleTime, httpRequest: { url: "https://w.invalid/tasks/send-email" } },
    });
  }
}

/** As workers of two revisions write it. */
async function ended(queue: string, outcome: string, revision: string): Promise<void> {
  await stack.api("POST", "/v2/entries:write", {
    entries: [
      {
        logName: "projects/local-project/logs/run.googleapis.com%2Fstdout",
        resource: {
          type: "cloud_run_revision",
          labels: { service_name: "dev-worker", revision_name: revision },
        },
        timestamp: stack.cloud.now().toISOString(),
        labels: { queue },
        jsonPayload: { outcome },
      },
    ],
  });
}

describe("A queue's series", () => {
  it("are its depth, rate, waits and how its tasks ended, minute by minute, in five reads", async () => {
    const { calls, reads } = await countingCalls();
    await enqueue("email", 6);
    await enqueue("email", 3, 3_600_000);
    await enqueue("default", 9);
    await stack.cloud.advance("30s");
    await ended("email", "done", "1");
    await ended("email", "done", "2");
    await ended("default", "done", "2");
    await stack.cloud.advance("60s");
    await ended("email", "dead-letter", "2");
    await stack.cloud.advance("90s");

    expect(await queueSeries(calls, "email", 60, +stack.cloud.now())).toEqual({
      times: [1, 2, 3].map((minute) => +START + minute * MINUTE_MS),
      tasks: [3, 3, 3],
      rate: [0.1, 0, 0],
      // All were due when they were enqueued; Google's smallest bucket is of a millisecond.
      delayP50: [0.5, null, null],
      delayP99: [expect.closeTo(0.99, 6), null, null],
      ended: { done: [2, 0, 0], deadLetter: [0, 1, 0] },
      calls: 5,
    });
    expect(reads).toEqual(
      Array.from({ length: 5 }, () => "GET /v3/projects/local-project/timeSeries"),
    );
  });

  it("say not how tasks ended where the stack does not count that", async () => {
    await stack.cloud.advance("60s");
    const before = stack.made.length;

    expect(await queueSeries(stack.calls, "email", 60, +stack.cloud.now())).toMatchObject({
      tasks: [0],
      ended: undefined,
      calls: 4,
    });
    expect(stack.made.length - before).toBe(4);
  });

  it("are none before anything is measured, and of no queue that there is not", async () => {
    expect(await queueSeries(stack.calls, "email", 60, +START)).toMatchObject({
      times: [],
      tasks: [],
    });
    await expect(queueSeries(stack.calls, "emial", 60, +START)).rejects.toThrow("emial");
  });

  it("rely on no name of an answer's code, of which Google tells none", async () => {
    const asked: string[] = [];
    const calls = {
      operations: { ...stack.operations, logMetrics: { ended: "logging.googleapis.com/user/e" } },
      async listTimeSeries(query: object) {
        asked.push(JSON.stringify(query));
        return [];
      },
    };
    await queueSeries(calls, "email", 60, +START);

    expect(asked).toHaveLength(5);
    expect(asked.filter((query) => query.includes("response_code"))).toEqual([]);
  });

  it("are the depths of all queues in one read", async () => {
    await enqueue("email", 2, 3_600_000);
    await enqueue("dead-letter", 1);
    await stack.cloud.advance("60s");
    await enqueue("default", 4, 3_600_000);
    await stack.cloud.advance("60s");
    const before = stack.made.length;

    expect(await depthSeries(stack.calls, 60, +stack.cloud.now())).toEqual({
      times: [1, 2].map((minute) => +START + minute * MINUTE_MS),
      tasks: { email: [2, 2], default: [0, 4], "dead-letter": [1, 1] },
    });
    expect(stack.made.length - before).toBe(1);
  });
});
