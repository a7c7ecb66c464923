import { connect } from "node:net";
import { delivery, firstDelivery, makeGate, WorkerUnderTest } from "../support/workerUnderTest.ts";

describe("stopping", () => {
  it("is at once where nothing runs, whatever connections are kept open", async () => {
    await using worker = new WorkerUnderTest({ "send-email": async () => {} });
    // fetch keeps this connection alive.
    expect(await worker.deliver()).toBe(204);

    await worker.stop();

    expect(worker.timers.due).toEqual([]);
    await expect(worker.deliver()).rejects.toThrow();
  });

  it("waits for what runs, and takes nothing new", async () => {
    const gate = makeGate();
    await using worker = new WorkerUnderTest({ "send-email": gate.handler });
    const status = worker.deliver();
    await gate.started;

    const stopped = worker.stop();
    await expect(worker.deliver()).rejects.toThrow();
    gate.open();

    expect(await status).toBe(204);
    await stopped;
  });

  it("refuses a delivery that was on its way on a connection it had: 500, which is not counted", async () => {
    const gate = makeGate();
    await using worker = new WorkerUnderTest({ "send-email": gate.handler });
    const running = worker.deliver();
    await gate.started;
    const lines = Object.entries(firstDelivery).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `POST /tasks/send-email HTTP/1.1\r\nHost: worker\r\nContent-Length: 2\r\n${lines.join("")}`;
    const received = worker.received(head.length);
    const socket = connect(Number(new URL(await worker.url()).port), "127.0.0.1");
    socket.write(head);
    await received;

    const stopped = worker.stop();
    socket.write("\r\n{}");
    const answer = await new Promise<string>((resolve) =>
      socket.once("data", (d) => {
        resolve(d.toString());
      }),
    );

    expect(answer).toMatch(/^HTTP\/1\.1 500 /);
    expect(answer.toLowerCase()).toContain("connection: close");
    gate.open();
    expect(await running).toBe(204);
    await stopped;
  });

  it("aborts after 8 s what still runs, and answers 500, not counted, a second later", async () => {
    const signals: AbortSignal[] = [];
    const gate = makeGate();
    await using worker = new WorkerUnderTest({
      "send-email": async (_, { signal }) => {
        signals.push(signal);
        await gate.handler();
      },
    });
    // Its last attempt: it must not become a dead letter.
    const status = worker.deliver(delivery(7));
    await gate.started;

    const stopped = worker.stop();
    worker.timers.advance(7999);
    expect(signals[0]!.aborted).toBe(false);
    worker.timers.advance(1);
    expect(signals[0]!.aborted).toBe(true);
    worker.timers.advance(1000);

    expect(await status).toBe(500);
    await stopped;
    expect(worker.api.created).toEqual([]);
    expect(
      worker.lines.map(({ severity, outcome, message }) => ({ severity, outcome, message })),
    ).toEqual([
      {
        severity: "WARNING",
        outcome: "stopped",
        message: "Task 'send-email' was cut short: the worker is stopping.",
      },
    ]);
  });

  it("lets a handler finish in the second after the abort", async () => {
    const gate = makeGate();
    await using worker = new WorkerUnderTest({ "send-email": gate.handler });
    const status = worker.deliver();
    await gate.started;

    const stopped = worker.stop();
    worker.timers.advance(8000);
    gate.open();

    expect(await status).toBe(204);
    await stopped;
  });

  it("cuts off a request that never comes to an end", async () => {
    await using worker = new WorkerUnderTest({});
    const socket = connect(Number(new URL(await worker.url()).port), "127.0.0.1");
    const begun = "POST /tasks/send-email HTTP/1.1\r\n";
    const received = worker.received(begun.length);
    socket.write(begun);
    await received;
    const closed = new Promise((resolve) => socket.once("close", resolve).on("error", () => {}));

    const stopped = worker.stop();
    worker.timers.advance(8000);
    worker.timers.advance(1500);

    await expect(Promise.all([closed, stopped])).resolves.toHaveLength(2);
  });
});
