import { localApi } from "../support/localApi.ts";
import { LOCATION, startTasks } from "./tasksCloud.ts";

const QUEUES = `/v2/${LOCATION}/queues`;

/** Three queues: `fast`, `paused`, and `routed`, which was purged. */
async function startQueues() {
  const cloud = startTasks();
  const api = localApi(cloud.methods);
  await cloud.createQueue({ rateLimits: { maxDispatchesPerSecond: 100 } }, "fast");
  await cloud.createQueue(
    { rateLimits: { maxDispatchesPerSecond: 5.5 }, retryConfig: { minBackoff: "2.5s" } },
    "paused",
  );
  await cloud.createQueue(
    { httpTarget: { uriOverride: { scheme: "HTTPS", host: "W.run.app", port: "8443" } } },
    "routed",
  );
  await cloud.call("PauseQueue", `${LOCATION}/queues/paused`);
  await cloud.call("PurgeQueue", `${LOCATION}/queues/routed`);
  const path = (filter: string, more = "", queues = QUEUES) =>
    `GET ${queues}?filter=${encodeURIComponent(filter)}${more}`;
  const ids = ({ queues = [] }: { queues?: { name: string }[] }) =>
    queues.map(({ name }) => name.split("/").at(-1)).join(" ");
  return { ...cloud, ...api, path, ids };
}

// https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues/list and
// https://cloud.google.com/logging/docs/view/logging-query-language (google-cloud.md 1.2)
describe("The filter of ListQueues", () => {
  it.each([
    { filter: "state: PAUSED", finds: "paused" },
    { filter: "state = RUNNING", finds: "fast routed" },
    { filter: 'state="running"', finds: "fast routed" },
    { filter: "state = 2", finds: "paused" },
    { filter: "state != PAUSED", finds: "fast routed" },
    { filter: "rateLimits.maxDispatchesPerSecond>=5.5", finds: "fast paused routed" },
    { filter: "rateLimits.maxDispatchesPerSecond > 5.5", finds: "fast routed" },
    { filter: "rate_limits.max_dispatches_per_second < 100", finds: "paused" },
    { filter: "rateLimits.maxDispatchesPerSecond<=100", finds: "fast paused" },
    { filter: "rateLimits.maxDispatchesPerSecond:100", finds: "fast" },
    { filter: "rateLimits.maxDispatchesPerSecond > -1", finds: "fast paused routed" },
    { filter: "retryConfig.minBackoff > 1s", finds: "paused" },
    { filter: 'retryConfig.minBackoff="0.1s"', finds: "fast routed" },
    { filter: 'purgeTime >= "2026-11-24T12:00:00Z"', finds: "routed" },
    { filter: "purgeTime:*", finds: "routed" },
    { filter: "httpTarget:*", finds: "routed" },
    { filter: "NOT httpTarget:*", finds: "fast paused" },
    { filter: "httpTarget.uriOverride.host:run.app", finds: "routed" },
    { filter: "httpTarget.uriOverride.host='w.RUN.app'", finds: "routed" },
    { filter: "httpTarget.uriOverride.port=8443", finds: "routed" },
    { filter: "httpTarget.uriOverride.scheme=HTTPS", finds: "routed" },
    { filter: "name:queues/fast", finds: "fast" },
    { filter: `name="${LOCATION}/queues/fast"`, finds: "fast" },
    { filter: String.raw`name:"\"" OR name : "paused"`, finds: "paused" },
    // What is not set is compared as its default.
    { filter: "stackdriverLoggingConfig.samplingRatio=0", finds: "fast paused routed" },
    { filter: "httpTarget.uriOverride.host!=w.run.app", finds: "fast paused" },
    { filter: "state=PAUSED AND name:fast", finds: "" },
    { filter: "state=RUNNING name:fast", finds: "fast" },
    { filter: "state=PAUSED OR name:fast", finds: "fast paused" },
    // OR goes before AND.
    { filter: "name:routed OR name:fast AND state=PAUSED OR name:fast", finds: "fast" },
    { filter: "name:routed OR (name:fast AND state=RUNNING)", finds: "fast routed" },
    { filter: "NOT (state=PAUSED OR name:fast)", finds: "routed" },
    { filter: "-state=PAUSED", finds: "fast routed" },
    { filter: "name:(fast OR paused)", finds: "fast paused" },
    { filter: "name:(NOT fast AND NOT paused)", finds: "routed" },
    { filter: "  ", finds: "fast paused routed" },
  ])("'$filter' finds '$finds'", async ({ filter, finds }) => {
    const { ok, path, ids } = await startQueues();

    expect(ids(await ok(path(filter)))).toBe(finds);
  });

  it.each([
    { filter: "colour=red", why: "a queue has no field 'colour'" },
    { filter: "state.name=x", why: "a queue has no field 'state.name'" },
    { filter: "constructor=x", why: "a queue has no field 'constructor'" },
    { filter: "taskTtl=864000s", why: "a queue has no field 'taskTtl'" },
    { filter: "state=ASLEEP", why: "'ASLEEP' is no value of the field 'state'" },
    {
      filter: "rateLimits.maxBurstSize>many",
      why: "'many' is no value of the field 'rateLimits.maxBurstSize'",
    },
    {
      filter: "retryConfig.minBackoff>5",
      why: "'5' is no value of the field 'retryConfig.minBackoff'",
    },
    { filter: "purgeTime>yesterday", why: "'yesterday' is no value of the field 'purgeTime'" },
    { filter: "rateLimits=5", why: "'rateLimits' holds no single value" },
    { filter: "state", why: "'state' is not compared to anything" },
    { filter: "state=", why: "the end is where a value belongs" },
    { filter: "=PAUSED", why: "'=' is where a field belongs" },
    { filter: "state==PAUSED", why: "'=' is where a value belongs" },
    { filter: "state=PAUSED AND", why: "the end is where a field belongs" },
    { filter: "state=PAUSED or state=RUNNING", why: "'or' is not compared to anything" },
    { filter: "(state=PAUSED", why: "a parenthesis is not closed" },
    { filter: "state=PAUSED)", why: "')' is not expected" },
    { filter: 'name:"open', why: `'"open' cannot be read` },
    { filter: `${"(".repeat(51)}state=1${")".repeat(51)}`, why: "it nests deeper than 50" },
  ])("'$filter' is refused", async ({ filter, why }) => {
    const { refusal, path } = await startQueues();

    expect(await refusal(path(filter))).toEqual({
      code: 400,
      message: `Invalid filter '${filter}': ${why}.`,
      status: "INVALID_ARGUMENT",
    });
  });

  it("compares what only v2beta3 shows, stats among it", async () => {
    const { ok, path, ids, createTask } = await startQueues();
    await createTask({}, `${LOCATION}/queues/paused`);
    const beta = QUEUES.replace("/v2/", "/v2beta3/");

    expect(ids(await ok(path("stats.tasksCount > 0", "", beta)))).toBe("paused");
    expect(ids(await ok(path("taskTtl = 2678400s AND type = PUSH", "", beta)))).toBe(
      "fast paused routed",
    );
  });

  it("makes pages shorter, down to nothing", async () => {
    const { ok, path, ids } = await startQueues();

    const first = await ok(path("name:routed", "&pageSize=2"));
    const second = await ok(path("name:routed", `&pageSize=2&pageToken=${first.nextPageToken}`));

    expect(first).toEqual({ nextPageToken: expect.any(String) });
    expect([ids(second), second.nextPageToken]).toEqual(["routed", undefined]);
  });

  it.each([
    ["state=PAUSED", "state=RUNNING"],
    ["", "state=RUNNING"],
    ["state=PAUSED", ""],
  ])("may not change from '%s' to '%s' between two pages", async (before, after) => {
    const { ok, refusal, path } = await startQueues();

    const { nextPageToken } = await ok(path(before, "&pageSize=1"));

    expect(await refusal(path(after, `&pageSize=1&pageToken=${nextPageToken}`))).toMatchObject({
      status: "INVALID_ARGUMENT",
      message:
        "The page token is of a list with another filter; the filter must not change between pages.",
    });
  });
});
