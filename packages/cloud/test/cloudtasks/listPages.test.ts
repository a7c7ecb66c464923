import { localApi } from "../support/localApi.ts";
import { LOCATION, QUEUE, startTasks } from "./tasksCloud.ts";

const TWO_HOURS = 7_200_000;
const LATER = "2026-11-25T12:00:00Z";

function start() {
  const cloud = startTasks();
  const { ok, refusal } = localApi(cloud.methods);
  return { ...cloud, ok, refusal };
}

describe("Pages of lists over REST (G 1.2)", () => {
  it.each([
    { query: "", first: 9800 },
    { query: "pageSize=0&", first: 9800 },
    { query: "pageSize=9801&", first: 9800 },
    { query: "pageSize=9799&", first: 9799 },
  ])("hold at most 9800 queues: '$query'", async ({ query, first }) => {
    const { createQueue, ok } = start();
    for (let i = 0; i < 9801; i++) await createQueue({}, `q-${String(i).padStart(4, "0")}`);

    const page = await ok(`GET /v2/${LOCATION}/queues?${query}`);
    const rest = await ok(`GET /v2/${LOCATION}/queues?${query}pageToken=${page.nextPageToken}`);

    expect(page.queues).toHaveLength(first);
    expect(rest.queues).toHaveLength(9801 - first);
    expect(rest.queues.at(-1).name).toBe(`${LOCATION}/queues/q-9800`);
    expect(rest).not.toHaveProperty("nextPageToken");
  });

  it.each([
    { query: "", first: 1000 },
    { query: "pageSize=0&", first: 1000 },
    { query: "pageSize=1001&", first: 1000 },
    { query: "pageSize=999&", first: 999 },
  ])("hold at most 1000 tasks: '$query'", async ({ query, first }) => {
    const { createQueue, createTask, ok } = start();
    await createQueue();
    for (let i = 0; i < 1001; i++) await createTask({ scheduleTime: LATER });

    const page = await ok(`GET /v2/${QUEUE}/tasks?${query}`);
    const rest = await ok(`GET /v2/${QUEUE}/tasks?${query}pageToken=${page.nextPageToken}`);

    const names = [...page.tasks, ...rest.tasks].map(({ name }) => name);
    expect([page.tasks.length, rest.tasks.length]).toEqual([first, 1001 - first]);
    expect(new Set(names).size).toBe(1001);
    expect(rest).not.toHaveProperty("nextPageToken");
  });

  it("go on for two hours, and no longer", async () => {
    const { createQueue, createTask, clock, ok, refusal } = start();
    await createQueue({}, "a");
    await createQueue();
    for (let i = 0; i < 2; i++) await createTask({ scheduleTime: LATER });
    const lists = [`GET /v2/${LOCATION}/queues`, `GET /v2/${QUEUE}/tasks`];
    const next: string[] = [];
    for (const list of lists) {
      const { nextPageToken } = await ok(`${list}?pageSize=1`);
      next.push(`${list}?pageToken=${nextPageToken}`);
    }

    await clock.advance(TWO_HOURS - 1);
    for (const page of next) await ok(page);
    await clock.advance(1);

    for (const page of next) {
      expect(await refusal(page)).toEqual({
        code: 400,
        message: "The page token is not valid, or no longer.",
        status: "INVALID_ARGUMENT",
      });
    }
  });
});
