import { QueueNames } from "../../infra/queueNames.ts";
import { queueTable } from "../../infra/queueTable.ts";
import { startDeployment, valueOf } from "../support/pulumi.ts";

const email = {
  rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
  retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
  worker: "worker",
  dispatchDeadline: "60s",
  maxDeliveries: 152,
} as const;

describe("queueTable", () => {
  beforeEach(() => startDeployment());

  it("tells of each queue what the worker and producers go by, and which takes no task any more", async () => {
    const names = new QueueNames("queue-names", {
      stack: "dev",
      project: "my-project",
      region: "europe-west1",
      keys: ["email", "old"],
    });

    const table = await valueOf(queueTable({ email, old: { ...email, retired: true } }, names));

    const told = { dispatchDeadline: "60s", maxAttempts: 8, maxDeliveries: 152 };
    expect(JSON.parse(table)).toEqual({
      email: { name: await valueOf(names.full("email")), ...told },
      old: { name: await valueOf(names.full("old")), ...told, retired: true },
    });
  });
});
