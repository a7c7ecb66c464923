import { Tally } from "../../demo/tally.ts";

const email = "projects/p/locations/l/queues/local-email-1";
const deadLetter = "projects/p/locations/l/queues/local-dead-letter-2";
const url = "https://set-by-the-queue.invalid/tasks/send-email";
const created = { queue: email, task: "t", url, headers: {}, scheduleTime: 0 };
const finished = {
  queue: email,
  task: "t",
  url,
  dispatchCount: 1,
  status: 204,
  scheduleTime: 0,
  dispatchTime: 0,
  durationMs: 1,
};

function makeTally(): Tally {
  return new Tally(
    new Map([
      [email, "email"],
      [deadLetter, "dead-letter"],
    ]),
  );
}

const none = { queue: "email", task: "send-email", enqueued: 0, done: 0, retried: 0, dropped: 0 };

describe("Tally", () => {
  it("counts a task that failed, was tried again and succeeded", () => {
    const tally = makeTally();

    tally.created(created);
    tally.finished({ ...finished, status: 422, retryTime: 1 });
    tally.finished({ ...finished, end: "done" });

    expect(tally.rows()).toEqual([
      { ...none, enqueued: 1, done: 1, retried: 1, deadLetters: {}, waiting: 0 },
    ]);
  });

  it("counts a dead letter for the queue and task that it was", () => {
    const tally = makeTally();

    tally.created(created);
    tally.created({
      ...created,
      queue: deadLetter,
      headers: {
        "Dead-Letter-Queue": "email",
        "Dead-Letter-Reason": "permanent-error",
        "Dead-Letter-Error": "550%20no",
      },
    });
    tally.finished({ ...finished, end: "done" });

    expect(tally.rows()).toEqual([
      { ...none, enqueued: 1, deadLetters: { "permanent-error: 550 no": 1 }, waiting: 0 },
    ]);
  });

  it("tells a task that was dropped from one that waits", () => {
    const tally = makeTally();

    tally.created(created);
    tally.created(created);
    tally.finished({ ...finished, status: 500, end: "dropped" });

    expect(tally.rows()).toEqual([
      { ...none, enqueued: 2, dropped: 1, deadLetters: {}, waiting: 1 },
    ]);
  });
});
