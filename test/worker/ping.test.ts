import { bearer, delivery, firstDelivery, WorkerUnderTest } from "../support/workerUnderTest.ts";

const ping = { task: "ping", body: "{}" };

describe("a ping", () => {
  it("is done by the worker itself, on any queue, and is logged", async () => {
    await using worker = new WorkerUnderTest({});
    const onDefault = { ...firstDelivery, "x-cloudtasks-queuename": "dev-default-3c4d" };

    expect(await worker.deliver(firstDelivery, ping)).toBe(204);
    expect(await worker.deliver(onDefault, ping)).toBe(204);

    expect(
      worker.lines.map((line) => [
        line["message"],
        (line["logging.googleapis.com/labels"] as Record<string, string>)["queue"],
      ]),
    ).toEqual([
      ["Task 'ping' is done.", "email"],
      ["Task 'ping' is done.", "default"],
    ]);
  });

  it("is refused where a task is: from others than the invoker, and outside a known queue", async () => {
    await using worker = new WorkerUnderTest({});
    const other = bearer({ email: "other@p.iam.gserviceaccount.com", email_verified: true });

    expect(await worker.deliver({ ...firstDelivery, authorization: other }, ping)).toBe(403);
    expect(
      await worker.deliver({ ...firstDelivery, "x-cloudtasks-queuename": "unknown" }, ping),
    ).toBe(500);
  });

  it("has its deliveries counted: the last ones are for its dead letter", async () => {
    await using worker = new WorkerUnderTest({});

    expect(await worker.deliver(delivery(37), ping)).toBe(204);

    expect(
      worker.api.created.map(({ task }) => [
        task.httpRequest.headers["Dead-Letter-Task"],
        task.httpRequest.headers["Dead-Letter-Reason"],
      ]),
    ).toEqual([["ping", "deliveries-exhausted"]]);
  });
});
