import { pingTask } from "../../../tasks/contract/ping.ts";

describe("pingTask", () => {
  it("is a task like others, with an empty payload and the queue's own deadline", () => {
    const name = "projects/p/locations/l/queues/q";
    const queue = { name, dispatchDeadline: "60s", maxAttempts: 8, maxDeliveries: 40 } as const;

    expect(pingTask(queue, "abc")).toEqual({
      name: `${name}/tasks/abc`,
      dispatchDeadline: "60s",
      httpRequest: {
        url: "https://set-by-the-queue.invalid/tasks/ping",
        httpMethod: "POST",
        headers: {
          "Content-Type": "application/json",
          "Dispatch-Deadline": "60s",
          "Enqueue-Id": "abc",
          "Idempotency-Key": "abc",
        },
        body: Buffer.from("{}").toString("base64"),
      },
    });
  });
});
