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

  it("is refused where a task is: from others than the invoker", async () => {
    await using worker = new WorkerUnderTest({});
    const other = bearer({ email: "other@p.iam.gserviceaccount.com", email_verified: true });

    expect(await worker.deliver({ ...firstDelivery, authorization: other }, ping)).toBe(403);
  });

  // An outage of days leaves nothing but pings behind: nobody wants them as dead letters.
  it("is done however often it was delivered", async () => {
    await using worker = new WorkerUnderTest({});

    expect(await worker.deliver(delivery(400, 0, 503), ping)).toBe(204);
    expect(worker.api.created).toEqual([]);
  });
});
