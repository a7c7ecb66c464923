import type { CloudTasks, TaskProgress } from "../../../../tasks/client/cloudTasks.ts";
import { CloudTasksError } from "../../../../tasks/client/cloudTasksError.ts";
import { pingQueue } from "../../smoke/pingQueue.ts";

const queue = {
  name: "projects/p/locations/l/queues/q",
  dispatchDeadline: "60s",
  maxAttempts: 8,
  maxDeliveries: 34,
} as const;
const NAME = `${queue.name}/tasks/${"ab".repeat(16)}`;

const inFlight = (dispatchCount: number): TaskProgress => ({ dispatchCount });

function answered(dispatchCount: number, status: number): TaskProgress {
  const responseStatus = { code: 2, message: `HTTP status code ${status}` };
  return { dispatchCount, lastAttempt: { responseTime: "2026-11-24T12:00:00Z", responseStatus } };
}

/** Pings a queue whose task is seen like this, look by look; the last view stays. */
async function ping(views: readonly (TaskProgress | undefined)[], api: Partial<CloudTasks> = {}) {
  const calls: string[] = [];
  let now = 0;
  let looks = 0;
  const result = await pingQueue(queue, {
    api: {
      async createTask(name, task) {
        calls.push(`create ${task.name} on ${name}: ${task.httpRequest.url}`);
        return "created";
      },
      async getTask() {
        return views[Math.min(looks++, views.length - 1)];
      },
      async deleteTask(name) {
        calls.push(`delete ${name}`);
        return "deleted";
      },
      ...api,
    },
    timeoutMs: 5000,
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    randomHex: (bytes) => "ab".repeat(bytes),
  });
  return { result, calls, looks };
}

const CREATED = `create ${NAME} on ${queue.name}: https://set-by-the-queue.invalid/tasks/ping`;

describe("a ping", () => {
  it("has arrived when its task is gone", async () => {
    const { result, calls } = await ping([inFlight(1), undefined]);

    expect(result).toEqual({ hasArrived: true, deliveries: 1, ms: 500 });
    expect(calls).toEqual([CREATED]);
  });

  it("may arrive after deliveries that were refused", async () => {
    const { result } = await ping([answered(1, 403), answered(2, 403), undefined]);

    expect(result).toEqual({ hasArrived: true, deliveries: 3, ms: 1000 });
  });

  it("that stays is deleted when the time is up, with what its last answer means", async () => {
    const { result, calls } = await ping([answered(3, 404), inFlight(4)]);

    expect(result).toEqual({
      hasArrived: false,
      deliveries: 3,
      ms: 5000,
      diagnosis: { status: "404", meaning: expect.stringMatching(/^Ingress:/) },
    });
    expect(calls).toEqual([CREATED, `delete ${NAME}`]);
  });

  it("that was never dispatched says so", async () => {
    const { result } = await ping([inFlight(0)]);

    expect(result).toMatchObject({ deliveries: 0, diagnosis: { status: "not dispatched" } });
  });

  it("is given up before the worker would make a dead letter of it", async () => {
    const { result, looks } = await ping([answered(1, 422), answered(2, 422), undefined]);

    expect(result).toMatchObject({
      hasArrived: false,
      deliveries: 2,
      diagnosis: { status: "422" },
    });
    expect(looks).toBe(2);
  });

  it("that cannot be created is not looked for", async () => {
    const { result, calls, looks } = await ping([], {
      createTask: () =>
        Promise.reject(new CloudTasksError("POST", 404, "NOT_FOUND", "Queue does not exist.")),
    });

    expect(result).toMatchObject({
      hasArrived: false,
      deliveries: 0,
      diagnosis: { status: "NOT_FOUND" },
    });
    expect([calls, looks]).toEqual([[], 0]);
  });

  it("that cannot be looked at is taken back all the same", async () => {
    const { result, calls } = await ping([], {
      getTask: () => Promise.reject(new CloudTasksError("GET", 403, "PERMISSION_DENIED", "No.")),
    });

    expect(result).toMatchObject({
      hasArrived: false,
      deliveries: 0,
      diagnosis: { status: "PERMISSION_DENIED" },
    });
    expect(calls).toEqual([CREATED, `delete ${NAME}`]);
  });

  it("that cannot be deleted is told of as any other", async () => {
    const { result } = await ping([answered(1, 401)], {
      deleteTask: () => Promise.reject(new Error("No.")),
    });

    expect(result).toMatchObject({ hasArrived: false, diagnosis: { status: "401" } });
  });
});
