import { localApi } from "../support/localApi.ts";
import { LOCATION, QUEUE, startTasks } from "./tasksCloud.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TASK = `${QUEUE}/tasks/t`;
const task = { name: TASK, httpRequest: { url: "https://worker.example/" } };

/** What an API answers to the creation of a resource. */
const statusOf = ({ status, body }: { status: number; body: { error?: { status: string } } }) =>
  [status, body.error?.status] as const;
const TAKEN = [409, "ALREADY_EXISTS"];
const TOO_RECENT = [400, "FAILED_PRECONDITION"];
const CREATED = [200, undefined];

function start(settings: Parameters<typeof startTasks>[0] = {}) {
  const cloud = startTasks(settings);
  const { call } = localApi(cloud.methods);
  const createTask = async () => statusOf(await call(`POST /v2/${QUEUE}/tasks`, { task }));
  const createQueue = async () =>
    statusOf(await call(`POST /v2/${LOCATION}/queues`, { name: QUEUE }));
  return { ...cloud, send: call, createTask, createQueue };
}

describe("The name of a task that was executed (G 1.6)", () => {
  it.each([
    { taskTombstoneMs: undefined, ms: HOUR },
    { taskTombstoneMs: 24 * HOUR, ms: 24 * HOUR },
  ])("is free again after $ms ms, as the setting says", async ({ taskTombstoneMs, ms }) => {
    const cloud = start(taskTombstoneMs === undefined ? {} : { settings: { taskTombstoneMs } });
    await cloud.createQueue();
    await cloud.createTask();
    await cloud.settle();

    await cloud.clock.advance(ms - 1);
    expect(await cloud.createTask()).toEqual(TAKEN);
    await cloud.clock.advance(1);

    expect(await cloud.createTask()).toEqual(CREATED);
  });

  it("is free again after nine days where its queue says so", async () => {
    const cloud = start();
    await cloud.send(`POST /v2beta3/${LOCATION}/queues`, { name: QUEUE, tombstoneTtl: "777600s" });
    await cloud.createTask();
    await cloud.settle();

    await cloud.clock.advance(9 * DAY - 1);
    expect(await cloud.createTask()).toEqual(TAKEN);
    await cloud.clock.advance(1);

    expect(await cloud.createTask()).toEqual(CREATED);
  });

  it("is free in another queue at once", async () => {
    const cloud = start();
    await cloud.createQueue();
    await cloud.createTask();
    await cloud.send(`POST /v2/${LOCATION}/queues`, { name: `${QUEUE}-2` });

    const other = { ...task, name: `${QUEUE}-2/tasks/t` };

    expect(statusOf(await cloud.send(`POST /v2/${QUEUE}-2/tasks`, { task: other }))).toEqual(
      CREATED,
    );
  });

  it("stays taken where the task was deleted at the end of its retention (G 1.5)", async () => {
    const cloud = start();
    await cloud.createQueue();
    await cloud.call("PauseQueue", QUEUE, {});
    await cloud.createTask();

    await cloud.clock.advance(31 * DAY);

    expect(await cloud.createTask()).toEqual(TAKEN);
  });
});

describe("The name of a queue that was deleted (G 1.7)", () => {
  it.each([
    { queueTombstoneMs: undefined, days: 7 },
    { queueTombstoneMs: 3 * DAY, days: 3 },
  ])("is free again after $days days, as the setting says", async ({ queueTombstoneMs, days }) => {
    const cloud = start(queueTombstoneMs === undefined ? {} : { settings: { queueTombstoneMs } });
    await cloud.createQueue();
    await cloud.call("DeleteQueue", QUEUE);

    await cloud.clock.advance(days * DAY - 1);
    expect(await cloud.createQueue()).toEqual(TOO_RECENT);
    await cloud.clock.advance(1);

    expect(await cloud.createQueue()).toEqual(CREATED);
  });

  it("says nothing of its tasks' names, once it is used again", async () => {
    const cloud = start({ settings: { queueTombstoneMs: 0 } });
    await cloud.createQueue();
    await cloud.createTask();
    await cloud.call("DeleteQueue", QUEUE);
    await cloud.createQueue();

    expect(await cloud.createTask()).toEqual(CREATED);
  });
});
