import * as z from "zod";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";
import { operationsLogFilter } from "../../../../infra/alerts/operationsLog.ts";
import { CommandError } from "../../command/exitCodes.ts";
import { consoleCalls } from "../../console/server/calls.ts";
import type { ConsoleContext } from "../../console/server/context.ts";
import { makeOperatorCalls, type OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { GoogleRefusal } from "../../stack/googleApi.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

let cloud: OperatorCloud;
beforeEach(async () => {
  cloud = await startOperatorCloud();
});
afterEach(async () => {
  await cloud[Symbol.asyncDispose]();
});

function open(more: Partial<ConsoleContext> = {}) {
  const context = consoleContext(cloud, more);
  return { calls: consoleCalls(context), deeds: context.deeds, audited: context.audited };
}

/** A dead letter old enough to be redriven. */
async function oldLetter(): Promise<string> {
  const id = await cloud.die(1, { body: JSON.stringify(MAIL) });
  await cloud.cloud.advance("10s");
  return id;
}

const MAIL = { to: "ada@example.com", subject: "Hello", text: "It works." };

async function enqueue(n: number, payload: unknown = MAIL, queue = "email") {
  const name = `${cloud.operations.queues[queue]!}/tasks/task-${n}`;
  await cloud.api("POST", `/v2/${cloud.operations.queues[queue]!}/tasks`, {
    task: {
      name,
      httpRequest: {
        url: "https://w.invalid/tasks/send-email",
        headers: { "Idempotency-Key": `welcome/${n}` },
        body: Buffer.from(JSON.stringify(payload)).toString("base64"),
      },
    },
  });
}

/** Creates the worker's service, whose image is elsewhere. */
async function startWorker() {
  await cloud.api(
    "POST",
    "/v2/projects/local-project/locations/europe-west1/services?serviceId=dev-worker",
    {
      ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      template: { containers: [{ image: "europe-west1-docker.pkg.dev/p/r/worker:1" }] },
    },
  );
}

describe("The console's reads", () => {
  it("say what it is of", async () => {
    const { calls } = open({ allowChanges: false });

    expect(await calls.about.run({})).toMatchObject({
      now: +START,
      stack: "dev",
      project: "local-project",
      region: "europe-west1",
      protect: false,
      queues: ["email", "default", "dead-letter"],
      tasks: expect.arrayContaining(["send-email"]),
      allowChanges: false,
      isLocal: false,
    });
  });

  it("ask one operation a queue where they are asked again and again", async () => {
    const { calls } = open();
    for (let n = 1; n <= 3; n += 1) await enqueue(n);
    const before = cloud.made.length;

    const { queues } = await calls.queues.run({});

    expect(queues.map(({ key, tasks }) => [key, tasks])).toEqual([
      ["email", 3],
      ["default", 0],
      ["dead-letter", 0],
    ]);
    const made = cloud.made.slice(before);
    expect(made).toHaveLength(3);
    expect(
      made.every((call) => /^GET \/v2beta3\/[^?]*\/queues\/[^/?]+\?readMask=/.test(call)),
    ).toBe(true);
  });

  it("read series of Monitoring: one call for the depths of all, four for a queue", async () => {
    const { calls } = open();
    for (let n = 1; n <= 3; n += 1) await enqueue(n);
    await cloud.cloud.advance("60s");
    const before = cloud.made.length;

    expect(await calls.depths.run({})).toEqual({
      times: [+START + 60_000],
      tasks: { email: [3], default: [0], "dead-letter": [0] },
    });
    expect(cloud.made.length - before).toBe(1);
    expect(await calls.series.run({ queue: "email" })).toMatchObject({ tasks: [3], calls: 4 });
    expect(cloud.made.length - before).toBe(5);
  });

  it("say what fires, and where Google does not tell", async () => {
    const alerts = (listOpenAlerts: OperatorCalls["listOpenAlerts"]) =>
      open({ connect: async () => ({ ...cloud.calls, listOpenAlerts }) }).calls.alerts.run({});

    expect(
      await alerts(async () => [
        {
          name: "projects/p/alerts/1",
          state: "OPEN",
          openTime: START.toISOString(),
          policy: { name: "projects/p/alertPolicies/1", displayName: "dev: Trouble" },
          resource: { labels: { project_id: "p", location: "l", queue_id: "dev-email" } },
        },
      ]),
    ).toMatchObject({
      now: +START,
      firing: [{ title: "dev: Trouble", about: "queue_id dev-email", advice: "", since: +START }],
    });
    expect(
      await alerts(async () => {
        throw new GoogleRefusal("monitoring.googleapis.com", 404, "NOT_FOUND", "Not found.");
      }),
    ).toMatchObject({ firing: [], notTold: "Not found." });
  });

  it("say of how many causes dead letters are where that costs nothing, and list none elsewhere", async () => {
    await startWorker();
    const deployed = open().calls;
    const local = open({ isOnLocalCloud: true }).calls;
    await cloud.die(1);
    await cloud.die(2, { cause: "mailbox-full" });
    const before = cloud.made.length;

    expect(await deployed.overview.run({})).toMatchObject({
      deadLetters: { count: 2 },
      causes: undefined,
      revisions: undefined,
    });
    expect(cloud.made.slice(before).filter((call) => /\/tasks\?/.test(call))).toEqual([]);
    const listed = async () => {
      const made = cloud.made.length;
      const { causes } = await local.overview.run({});
      return [causes, cloud.made.slice(made).filter((call) => /\/tasks\?/.test(call)).length];
    };
    expect(await listed()).toEqual([{ count: 2, isWhole: true }, 1]);
    expect(await listed()).toEqual([{ count: 2, isWhole: true }, 0]);
    await cloud.die(3, { cause: "late" });
    expect(await listed()).toEqual([{ count: 3, isWhole: true }, 1]);
    await cloud.cloud.advance("11s");
    expect(await listed()).toEqual([{ count: 3, isWhole: true }, 1]);
  });

  it("read how full the memory of the workers was, in one call", async () => {
    const asked: unknown[] = [];
    const point = (minute: number, doubleValue: number) => ({
      interval: { endTime: new Date(+START + minute * 60_000).toISOString() },
      value: { doubleValue },
    });
    const listTimeSeries: OperatorCalls["listTimeSeries"] = async (query) => {
      asked.push(query);
      return [
        {
          metric: { type: "", labels: {} },
          resource: { type: "cloud_run_revision", labels: { service_name: "dev-worker" } },
          points: [point(0, 0.71), point(-2, 0.5)],
        },
      ];
    };
    const { calls } = open({ connect: async () => ({ ...cloud.calls, listTimeSeries }) });

    expect(await calls.memory.run({})).toEqual({
      times: [+START - 120_000, +START - 60_000, +START],
      shares: { "dev-worker": [0.5, null, 0.71] },
    });
    expect(asked).toEqual([
      {
        filter:
          'metric.type="run.googleapis.com/container/memory/utilizations" AND resource.type="cloud_run_revision" AND ' +
          'resource.labels.service_name=one_of("dev-worker")',
        ...{ from: +START - 3_600_000, to: +START },
        aggregation: {
          perSeriesAligner: "ALIGN_PERCENTILE_99",
          crossSeriesReducer: "REDUCE_MAX",
          groupByFields: ["resource.labels.service_name"],
        },
      },
    ]);
  });

  it("count the instances of a worker, as Monitoring counted them last", async () => {
    await startWorker();
    const counted = (state: string, count: number) => ({
      metric: { type: "run.googleapis.com/container/instance_count", labels: { state } },
      resource: { type: "cloud_run_revision", labels: { service_name: "dev-worker" } },
      points: [
        {
          interval: { endTime: START.toISOString() },
          value: { int64Value: count },
        },
      ],
    });
    const listTimeSeries: OperatorCalls["listTimeSeries"] = async () => [
      counted("active", 2),
      counted("idle", 1),
    ];
    const { calls } = open({ connect: async () => ({ ...cloud.calls, listTimeSeries }) });

    expect(await calls.workers.run({})).toMatchObject({
      now: +START,
      revisions: undefined,
      workers: [
        {
          service: "dev-worker",
          ...{ memory: "512Mi", queues: ["email", "default", "dead-letter"] },
          instances: { active: 2, idle: 1, time: +START },
        },
      ],
    });
  });

  it("list what waits, without payloads", async () => {
    const { calls } = open();
    for (let n = 1; n <= 3; n += 1) await enqueue(n);

    const answer = await calls.tasks.run({ queue: "email", limit: 2 });

    expect(answer).toMatchObject({ matched: 3, read: 3, cost: undefined });
    expect(answer.tasks.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      "welcome/1",
      "welcome/2",
    ]);
    expect(JSON.stringify(answer)).not.toContain("ada@");
  });

  it("refuse another stack's names before anything is sent", async () => {
    const { calls } = open();
    const before = cloud.made.length;

    await expect(async () => calls.tasks.run({ queue: "orders", limit: 1 })).rejects.toThrow(
      "There is no queue 'orders'.",
    );
    await expect(async () =>
      calls.task.run({ id: "projects/p/locations/l/queues/prod-email/tasks/1" }),
    ).rejects.toThrow("is not of stack 'dev'");
    expect(cloud.made.slice(before)).toEqual([]);
  });

  it("find by id and by idempotency key what waits and what died", async () => {
    const { calls } = open();
    await enqueue(1);
    const letter = await cloud.die(7, { key: "welcome/7" });

    const waiting = { found: [{ id: "task-1", queue: "email" }], total: 1 };
    const dead = { found: [{ id: letter, queue: "dead-letter" }], total: 1 };
    expect(await calls.search.run({ text: "task-1" })).toEqual(waiting);
    expect(await calls.search.run({ text: "welcome/1" })).toEqual(waiting);
    expect(await calls.search.run({ text: "welcome/7" })).toEqual(dead);
    expect(await calls.search.run({ text: letter.slice(0, 12) })).toEqual(dead);
    expect(await calls.search.run({ text: "welcome/8" })).toEqual({ found: [], total: 0 });
  });

  describe("by a field of the payload", () => {
    const declared = {
      ...contract,
      tasks: {
        "send-email": {
          queue: "email",
          payload: z.object({
            to: z.string().meta({ sensitive: true }),
            subject: z.string(),
            retry: z.object({ count: z.number() }).optional(),
          }),
        },
      },
    };
    const search = async (text: string, more: Partial<ConsoleContext> = {}) => {
      const { calls } = open({ isOnLocalCloud: true, contract: async () => declared, ...more });
      return calls.search.run({ text });
    };
    const letter = async (payload: object) => cloud.die(7, { body: JSON.stringify(payload) });

    it("find on a local cloud what waits and what died, and say where, but not what is in it", async () => {
      const mail = { to: "ada@example.com", subject: "Hello", retry: { count: 3 } };
      await enqueue(1, mail);
      await enqueue(2, { ...mail, subject: "Bye" });
      const dead = { id: await letter(mail), queue: "dead-letter" };
      const waits = { id: "task-1", queue: "email" };

      expect(await search("subject=Hello")).toEqual({ found: [waits, dead], total: 2 });
      expect(await search("subject=Bye")).toMatchObject({ found: [{ id: "task-2" }], total: 1 });
      expect(await search("retry.count=3")).toMatchObject({ total: 3 });
      expect(await search("retry.count=4")).toEqual({ found: [], total: 0 });
      expect(await search("retry.constructor=3")).toEqual({ found: [], total: 0 });
    });

    it("search what is sensitive only where it may be revealed", async () => {
      await enqueue(1, { to: "ada@example.com", subject: "Hello" });
      await letter({ to: "ada@example.com", subject: "Hello" });

      expect(await search("to=ada@example.com")).toEqual({ found: [], total: 0 });
      expect(await search("to=[hidden]")).toEqual({ found: [], total: 0 });
      expect(await search("to=ada@example.com", { reveal: true })).toMatchObject({ total: 2 });
    });

    it("search nothing of a task of which nobody knows what is sensitive", async () => {
      await cloud.die(7, { task: "no-such-task", body: '{"subject":"Hello"}' });

      expect(await search("subject=Hello")).toEqual({ found: [], total: 0 });
    });

    it("read no payload of a deployed stack, and say so", async () => {
      await enqueue(1);
      const before = cloud.made.length;

      await expect(search("subject=Hello", { isOnLocalCloud: false })).rejects.toThrow(
        "Fields of payloads are searched on a local cloud only",
      );
      expect(cloud.made.slice(before).filter((call) => call.includes("FULL"))).toEqual([]);
    });

    it("find an idempotency key that has the form of one", async () => {
      const { calls } = open();
      const id = await cloud.die(7, { key: "order=42" });

      expect(await calls.search.run({ text: "order=42" })).toMatchObject({ found: [{ id }] });
    });
  });

  it("group dead letters by cause, and tell the members of a group", async () => {
    const { calls } = open();
    await cloud.die(1, { time: new Date(+START - 1000) });
    await cloud.die(2, { error: "connect ECONNREFUSED 10.0.0.5:25" });
    await cloud.die(3, { error: "No such user" });

    const { groups, read, ended } = await calls.deadLetters.run({ by: "cause" });

    expect(read).toBe(3);
    expect(groups.map(({ error, count }) => [error, count])).toEqual([
      ["connect ECONNREFUSED <ip>:<n>", 2],
      ["No such user", 1],
    ]);
    expect(ended).toEqual({
      from: +START - 1000,
      spanMs: 1000,
      counts: { [groups[0]!.key]: [1, 1], [groups[1]!.key]: [0, 1] },
    });
    const { letters, matched } = await calls.letters.run({
      letters: { cause: [groups[0]!.key] },
      limit: 1,
    });
    expect(matched).toBe(2);
    expect(letters.map(({ idempotencyKey, payload }) => [idempotencyKey, payload])).toEqual([
      ["key-1", undefined],
    ]);
  });

  it("tell the members of an hour, of what ended lately, and of what named no task", async () => {
    const { calls } = open();
    await cloud.die(1, { time: new Date(+START - 3_700_000) });
    await cloud.die(2, { time: new Date(+START - 1000), task: undefined });
    const members = async (letters: Parameters<typeof calls.letters.run>[0]["letters"]) =>
      (await calls.letters.run({ letters, limit: 10 })).letters.map((one) => one.idempotencyKey);

    const hours = await calls.deadLetters.run({ by: "hour" });
    expect(hours.groups.map(({ key }) => key)).toEqual([
      "2026-11-25T10:00:00.000Z",
      "2026-11-25T11:00:00.000Z",
    ]);
    const [tenth, eleventh] = hours.groups.map(({ key }) => key);
    expect(await members({ hour: [tenth!] })).toEqual(["key-1"]);
    expect(await members({ hour: [tenth!, eleventh!] })).toEqual(["key-1", "key-2"]);
    // Of a group that was counted past a filter, those alone that it let through.
    expect(await members({ hour: [tenth!], since: +START - 3_600_000 })).toEqual([]);
    const { groups } = await calls.deadLetters.run({ by: "task", since: +START - 60_000 });
    expect(groups.map(({ key, count }) => [key, count])).toEqual([["(unknown)", 1]]);
    expect(await members({ task: ["(unknown)"] })).toEqual(["key-2"]);
  });

  it("tell of a dead letter all but its payload", async () => {
    const { calls } = open();
    const id = await cloud.die(1);

    const answer = await calls.task.run({ id });

    expect(answer).toMatchObject({
      kind: "dead-letter",
      taskId: "task-1",
      letter: { task: "send-email", queue: "email", attempts: 8 },
      headers: { "Dead-Letter-Task": "send-email" },
      timeline: [],
      now: +START,
    });
    expect(JSON.stringify(answer)).not.toContain("ada@");
  });
});

it("The console says where the trace of a dead letter is, of a stack that is deployed", async () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const id = await cloud.die(1, { traceparent: `00-${trace}-b7ad6b7169203331-01` });

  expect(await open().calls.task.run({ id })).toMatchObject({
    trace: `https://console.cloud.google.com/traces/list?project=local-project&tid=${trace}`,
  });
  expect((await open({ isOnLocalCloud: true }).calls.task.run({ id })).trace).toBeUndefined();
});

describe("The console's changes", () => {
  it("show a payload when that is asked for, and write it down", async () => {
    const { calls, deeds } = open();
    const id = await cloud.die(1, { body: JSON.stringify(MAIL) });

    const { payload } = await calls.reveal.run({ id });

    expect(JSON.parse(payload)).toMatchObject({ subject: "Hello" });
    expect(deeds).toEqual([{ call: "reveal", to: id }]);
  });

  it("show nothing of a payload of which nobody knows what is sensitive", async () => {
    const { calls } = open();
    const id = await cloud.die(1, { task: "no-such-task", body: '{"password":"secret"}' });

    expect(await calls.reveal.run({ id })).toMatchObject({ payload: '"[hidden]"', isHidden: true });
    expect(await open({ reveal: true }).calls.reveal.run({ id })).toMatchObject({
      payload: '{"password":"secret"}',
      isHidden: false,
    });
  });

  it("pause and resume, and write it down", async () => {
    const { calls, deeds } = open();

    expect((await calls.resume.run({ queue: "email" })).lines).toEqual([
      { kind: "queue", key: "email", state: "RUNNING" },
    ]);
    expect((await calls.pause.run({ queue: "email" })).lines).toEqual([
      { kind: "queue", key: "email", state: "PAUSED" },
    ]);
    expect(deeds).toEqual([
      { call: "resume", to: "email" },
      { call: "resume", to: "email", exitCode: 0 },
      { call: "pause", to: "email" },
      { call: "pause", to: "email", exitCode: 0 },
    ]);
  });

  it("pause and resume by the line in the log that the alerts look for, as the commands do", async () => {
    const { calls } = open();
    await calls.resume.run({ queue: "email" });
    await calls.pause.run({ queue: "email" });

    const entries = [];
    for await (const page of cloud.calls.listLogEntries(operationsLogFilter("dev"))) {
      entries.push(...page.map(({ labels }) => labels));
    }
    expect(entries).toEqual([
      { stack: "dev", queue: "email", action: "resume" },
      { stack: "dev", queue: "email", action: "pause" },
    ]);
  });

  it("say where the alerts cannot know of a pause", async () => {
    const { calls } = open({
      connect: async () => ({
        ...cloud.calls,
        writeOperation: () => Promise.reject(new Error("No.")),
      }),
    });
    await calls.resume.run({ queue: "email" });

    expect(await calls.pause.run({ queue: "email" })).toEqual({
      exitCode: 0,
      lines: [{ kind: "queue", key: "email", state: "PAUSED" }],
      notes: ["email: the alerts do not know of it, since it cannot be logged: No."],
    });
  });

  it("redrive after a dry run, changed, and write down which fields, but not what is in them", async () => {
    const { calls, deeds } = open();
    const id = await oldLetter();
    const letters = { ids: [id] };
    const set = ["to=grace@example.com"];

    const plan = await calls.redrive.run({ letters, dryRun: true, set });
    expect(plan.lines).toEqual([
      { kind: "plan", by: "cause", key: "9e3f01dc", planned: 1, refused: 0 },
      expect.objectContaining({ kind: "redrive", id, result: "planned" }),
      expect.objectContaining({ kind: "summary", results: { planned: 1 }, untried: 0 }),
    ]);
    expect(deeds).toEqual([{ call: "reveal", to: letters }]);

    const { exitCode, lines } = await calls.redrive.run({ letters, dryRun: false, set });
    expect(exitCode).toBe(0);
    expect(lines).toEqual([
      expect.objectContaining({ kind: "redrive", id, result: "created" }),
      expect.objectContaining({ kind: "summary", results: { created: 1 }, untried: 0 }),
    ]);
    expect(deeds[1]).toEqual({ call: "redrive", to: { letters, fields: ["to"] } });
    const { name } = lines[0] as { name: string };
    const { payload } = await calls.reveal.run({ id: name });
    expect(JSON.parse(payload)).toMatchObject({ to: "grace@example.com" });
  });

  it("redrive several groups at once, and plan them one by one", async () => {
    const { calls } = open();
    const body = JSON.stringify(MAIL);
    await cloud.die(1, { body });
    await cloud.die(2, { body, cause: "mailbox-full", error: "550" });
    await cloud.die(3, { body: "{}", cause: "mailbox-full", error: "550" });
    await cloud.die(4, { body, cause: "late", error: "It was late." });
    await cloud.cloud.advance("10s");
    const letters = { cause: ["9e3f01dc", "mailbox-full"] };
    const plan = async (by?: "cause" | "task") => {
      const { lines } = await calls.redrive.run({ letters, dryRun: true, ...(by && { by }) });
      return (lines as { kind: string }[]).filter(({ kind }) => kind === "plan");
    };

    const error = expect.stringContaining("'to' is missing") as string;
    expect(await plan()).toEqual([
      { kind: "plan", by: "cause", key: "mailbox-full", planned: 1, refused: 1, error },
      { kind: "plan", by: "cause", key: "9e3f01dc", planned: 1, refused: 0 },
    ]);
    expect(await plan("task")).toEqual([
      { kind: "plan", by: "task", key: "send-email", planned: 2, refused: 1, error },
    ]);
    const { lines } = await calls.redrive.run({ letters, dryRun: false });
    expect(lines.at(-1)).toMatchObject({ results: { refused: 1, created: 2 } });
    expect((await calls.deadLetters.run({ by: "cause" })).groups.map(({ key }) => key)).toEqual([
      "late",
      "mailbox-full",
    ]);
  });

  it("tell how far a redrive is while it runs, and nothing of it afterwards", async () => {
    const told: string[] = [];
    const work = "0123-4567";
    const connect = async () => ({
      ...cloud.calls,
      async deleteTask(name: string) {
        told.push((await calls.progress.run({ work })).words);
        return cloud.calls.deleteTask(name);
      },
    });
    const { calls } = open({ connect });
    await oldLetter();

    await calls.redrive.run({ letters: { all: true }, dryRun: false, work });

    expect([...new Set(told)]).toEqual(["read 1 of 1 tasks", "redrive 1/1"]);
    expect(await calls.progress.run({ work })).toEqual({ words: "" });
    expect(calls.progress.args.safeParse({ work: "a/b" }).success).toBe(false);
  });

  it("show the headers of a dead letter as they were before they were encoded", async () => {
    const { calls } = open();
    const id = await cloud.die(1, { error: "no such user: 'José' (100 %)" });

    expect(await calls.task.run({ id })).toMatchObject({
      headers: { "Dead-Letter-Error": "no such user: 'José' (100 %)", "Idempotency-Key": "key-1" },
    });
  });

  describe("of a payload as a whole", () => {
    const secret = z.string().meta({ sensitive: true });
    const payload = z.object({ to: z.email(), subject: z.string(), text: secret });
    const hiding = () =>
      open({
        contract: async () => ({
          ...contract,
          tasks: { ...contract.tasks, "send-email": { queue: "email", payload } },
        }),
      });
    const shown = { ...MAIL, text: "[hidden 1]" };

    it("show it without what is sensitive, and write that down", async () => {
      const { calls, deeds } = hiding();
      const id = await oldLetter();

      const { text, isHidden } = await calls.editable.run({ id });

      expect([JSON.parse(text), isHidden]).toEqual([shown, true]);
      expect(deeds).toEqual([{ call: "reveal", to: id }]);
    });

    it("show nothing of what is hidden by having it put elsewhere", async () => {
      const { calls } = hiding();
      const letters = { ids: [await oldLetter()] };
      const payload = JSON.stringify({ ...shown, subject: "[hidden 1]" });

      await expect(
        calls.redrive.run({ letters, dryRun: true, payload, force: true }),
      ).rejects.toThrow("The payload: 'subject' is '[hidden 1]', and what that stands for");
    });

    it("redrive it with what was typed, and with what is hidden as it was", async () => {
      const { calls, deeds } = hiding();
      const id = await oldLetter();
      const letters = { ids: [id] };
      const payload = JSON.stringify({ ...shown, to: "grace@example.com" });

      const plan = await calls.redrive.run({ letters, dryRun: true, payload });
      expect(plan.notes.slice(-2)).toEqual([
        '  - to: "ada@example.com"',
        '  + to: "grace@example.com"',
      ]);
      const { lines } = await calls.redrive.run({ letters, dryRun: false, payload });
      const { name } = lines[0] as { name: string };
      const task = await cloud.calls.getTask(name, "FULL");
      if (typeof task === "string") throw new Error(task);
      expect(JSON.parse(Buffer.from(task.httpRequest.body!, "base64").toString())).toEqual({
        ...MAIL,
        to: "grace@example.com",
      });
      expect(deeds[1]).toEqual({ call: "redrive", to: { letters, isRewritten: true } });
      expect(JSON.stringify(deeds)).not.toContain("grace@");
    });

    it("refuse what the contract refuses, by its field, unless they are forced", async () => {
      const { calls, deeds } = hiding();
      const id = await oldLetter();
      const letters = { ids: [id] };
      const payload = JSON.stringify({ ...shown, to: "nobody" });

      const { exitCode, lines } = await calls.redrive.run({ letters, dryRun: false, payload });
      expect(exitCode).toBe(1);
      expect(lines).toEqual([
        expect.objectContaining({
          result: "refused",
          error:
            "Payload of task 'send-email' does not fit its schema: 'to': it must be an e-mail address, such as " +
            "'you@example.com'. That is what the edit makes of it: give another value, or '--force'",
        }),
        expect.objectContaining({ kind: "summary", results: { refused: 1 } }),
      ]);
      const forced = await calls.redrive.run({ letters, dryRun: false, payload, force: true });
      expect(forced.lines[0]).toMatchObject({ result: "created" });
      expect(deeds.at(-1)?.to).toEqual({ letters, isRewritten: true, force: true });
    });

    it.each([
      ["{to", /^The payload: It is no JSON: .+\.$/],
      [
        '{"to":"[hidden 2]"}',
        /^The payload: 'to' is '\[hidden 2\]', which stands for nothing here\./,
      ],
    ])("refuse '%s'", async (payload, message) => {
      const { calls } = hiding();
      const letters = { ids: [await oldLetter()] };

      await expect(async () =>
        calls.redrive.run({ letters, dryRun: true, payload }),
      ).rejects.toThrow(message);
    });

    it("take one letter by its id, and no fields beside it", async () => {
      const { calls } = hiding();
      const id = await oldLetter();

      for (const args of [
        { letters: { all: true as const } },
        { letters: { ids: [id, "1234"] } },
        { letters: { ids: [id], task: ["send-email"] } },
        { letters: { ids: [id] }, set: ["to=x"] },
      ]) {
        await expect(async () =>
          calls.redrive.run({ ...args, dryRun: true, payload: "{}" }),
        ).rejects.toThrow("A whole payload is given to one dead letter, named by its id");
      }
      await expect(async () => calls.editable.run({ id: "1234" })).rejects.toThrow(
        "There is no task '1234' any more, nor its payload.",
      );
    });
  });

  it("pause a schedule and resume it, and write it down", async () => {
    const job = "projects/local-project/locations/europe-west1/jobs/dev-daily";
    await cloud.api("POST", "/v1/projects/local-project/locations/europe-west1/jobs", {
      name: job,
      schedule: "0 7 * * *",
      timeZone: "Etc/UTC",
      httpTarget: { uri: "https://example.com/", httpMethod: "POST" },
    });
    const operations = { ...cloud.operations, schedules: { daily: job } };
    const real = makeOperatorCalls(operations, {
      call: async (_, method, path, body) => cloud.api(method, path, body),
      ...{ now: Date.now, sleep: async () => undefined },
    });
    const { calls, deeds, audited } = open({ connect: async () => real });
    const state = async () => (await real.getJob(job)).state;

    await calls.pauseSchedule.run({ schedule: "daily" });
    expect(await state()).toBe("PAUSED");
    await calls.resumeSchedule.run({ schedule: "daily" });
    expect(await state()).toBe("ENABLED");

    expect(deeds).toEqual([
      { call: "pauseSchedule", to: "daily" },
      { call: "resumeSchedule", to: "daily" },
    ]);
    expect(audited).toEqual([
      { what: "pause-schedule", count: 1 },
      { what: "resume-schedule", count: 1 },
    ]);
    await expect(async () => calls.pauseSchedule.run({ schedule: "weekly" })).rejects.toThrow(
      "There is no schedule 'weekly'.",
    );
  });

  it("say which role it takes to pause a schedule", async () => {
    const job = "projects/p/locations/l/jobs/dev-daily";
    const real = makeOperatorCalls(
      { ...cloud.operations, schedules: { daily: job } },
      {
        async call(): Promise<never> {
          throw new GoogleRefusal("cloudscheduler.googleapis.com", 403, "PERMISSION_DENIED", "No.");
        },
        ...{ now: Date.now, sleep: async () => undefined },
      },
    );
    const { calls } = open({ connect: async () => real });

    await expect(async () => calls.pauseSchedule.run({ schedule: "daily" })).rejects.toThrow(
      "cloudscheduler.googleapis.com answers 403: PERMISSION_DENIED No. It takes roles/cloudscheduler.admin on the " +
        "project, which a stack gives to nobody. Nothing was done.",
    );
  });

  describe("of a task that waits", () => {
    const secret = z.string().meta({ sensitive: true });
    const payload = z.object({ to: z.email(), subject: z.string(), text: secret });
    const declared = {
      ...contract,
      tasks: { ...contract.tasks, "send-email": { queue: "email", payload } },
    };
    const waiting = async (more: Partial<ConsoleContext> = {}) => {
      await enqueue(1);
      return open({
        contract: async () => declared,
        clientEnvironment: async () => ({
          TASKS_ENDPOINT: cloud.cloud.endpoint,
          TASKS_QUEUES: JSON.stringify(
            Object.fromEntries(
              Object.entries(cloud.operations.queues).map(([key, name]) => [
                key,
                { name, maxAttempts: 8, maxDeliveries: 100, dispatchDeadline: "60s" },
              ]),
            ),
          ),
        }),
        ...more,
      });
    };
    const nameOf = (id: string) => `${cloud.operations.queues["email"]!}/tasks/${id}`;

    it("have it delivered at once, though its queue is paused, and write it down", async () => {
      const { calls, deeds, audited } = await waiting();

      expect(await calls.runTask.run({ id: "task-1" })).toEqual({ state: "PAUSED" });
      expect(cloud.made.filter((call) => call.startsWith("POST "))).toEqual([
        `POST /v2/${nameOf("task-1")}:run`,
      ]);
      expect(deeds).toEqual([{ call: "runTask", to: "task-1" }]);
      expect(audited).toEqual([{ what: "run", queue: "email", count: 1 }]);
    });

    it("say which role it takes to have it delivered", async () => {
      const call = async (): Promise<never> => {
        throw new GoogleRefusal("cloudtasks.googleapis.com", 403, "PERMISSION_DENIED", "No.");
      };
      const refusing = makeOperatorCalls(cloud.operations, {
        ...{ call, now: Date.now, sleep: async () => undefined },
      });
      const runTask = (name: string): Promise<boolean> => refusing.runTask(name);
      const { calls } = await waiting({ connect: async () => ({ ...cloud.calls, runTask }) });

      await expect(async () => calls.runTask.run({ id: "task-1" })).rejects.toThrow(
        "cloudtasks.googleapis.com answers 403: PERMISSION_DENIED No. It takes roles/cloudtasks.taskRunner on the " +
          "queue, which a stack gives to nobody. Nothing was done.",
      );
    });

    it("delete it, in a protected stack by its name", async () => {
      const { calls, deeds } = await waiting({
        connect: async () => ({
          ...cloud.calls,
          operations: { ...cloud.operations, protect: true },
        }),
      });

      await expect(async () => calls.deleteTask.run({ id: "task-1" })).rejects.toThrow(
        "Stack 'dev' is protected",
      );
      const { exitCode, lines, notes } = await calls.deleteTask.run({
        ...{ id: "task-1", stackName: "dev" },
      });
      expect({ exitCode, lines, notes }).toEqual({
        exitCode: 0,
        lines: [{ kind: "delete", id: "task-1", queue: "email", result: "deleted" }],
        notes: ["Stack 'dev', project 'local-project'. Delete a task of 'email': task-1."],
      });
      expect(await cloud.calls.getTask(nameOf("task-1"))).toBe("gone");
      expect(deeds.at(-1)).toEqual({ call: "deleteTask", to: "task-1", exitCode: 0 });
    });

    it("enqueue another like it with what was typed, and with what is hidden as it was", async () => {
      const { calls, deeds, audited } = await waiting();
      const { text } = await calls.editable.run({ id: "task-1" });
      expect(JSON.parse(text)).toEqual({ ...MAIL, text: "[hidden 1]" });

      const { name, created } = await calls.enqueueAgain.run({
        ...{ id: "task-1", payload: text.replace("ada@", "grace@") },
      });

      expect(created).toBe(true);
      const task = await cloud.calls.getTask(name, "FULL");
      if (typeof task === "string") throw new Error(task);
      expect(JSON.parse(Buffer.from(task.httpRequest.body!, "base64").toString())).toEqual({
        ...MAIL,
        to: "grace@example.com",
      });
      expect(await cloud.calls.getTask(nameOf("task-1"))).toMatchObject({ name: nameOf("task-1") });
      expect(deeds).toEqual([
        { call: "reveal", to: "task-1" },
        { call: "enqueueAgain", to: { task: "send-email", id: undefined } },
      ]);
      expect(audited.at(-1)).toEqual({ what: "enqueue", queue: "email", count: 1 });
      for (const [typed, message] of [
        ["{to", /^The payload: It is no JSON: .+\.$/],
        ['{"to":"nobody"}', /'to': it must be an e-mail address/],
      ] as const) {
        await expect(async () =>
          calls.enqueueAgain.run({ id: "task-1", payload: typed }),
        ).rejects.toThrow(message);
      }
    });

    it("do nothing to what is done, nor to a dead letter", async () => {
      const { calls, audited } = await waiting();
      const letter = await cloud.die(7);
      for (const one of [calls.runTask, calls.deleteTask]) {
        await expect(async () => one.run({ id: "task-2" })).rejects.toThrow(
          "There is no task 'task-2' any more: it is done, or somebody deleted it. Nothing was done.",
        );
        await expect(async () => one.run({ id: letter })).rejects.toThrow(
          `'${letter}' waits no more: it is a dead letter. Redrive or discard it. Nothing was done.`,
        );
      }
      expect(audited).toEqual([]);
    });
  });

  it("need the name of a protected stack", async () => {
    const { calls } = open({
      connect: async () => ({
        ...cloud.calls,
        operations: { ...cloud.operations, protect: true },
      }),
    });
    const id = await oldLetter();
    const redrive = (stackName?: string) =>
      calls.redrive.run({
        letters: { ids: [id] },
        dryRun: false,
        ...(stackName !== undefined && { stackName }),
      });

    await expect(async () => redrive()).rejects.toThrow("Stack 'dev' is protected");
    await expect(async () => redrive("prod")).rejects.toThrow("Stack 'dev' is protected");
    expect((await redrive("dev")).exitCode).toBe(0);
  });

  it("are audited before they are done, reveals among them, with nothing of a payload", async () => {
    const { calls, audited } = open();
    const id = await oldLetter();
    const letters = { ids: [id] };
    await calls.resume.run({ queue: "email" });
    await calls.pause.run({ queue: "email" });
    await calls.reveal.run({ id });
    await calls.redrive.run({ letters, dryRun: true, set: ["to=grace@example.com"] });
    await calls.redrive.run({ letters, dryRun: true });
    await calls.redrive.run({ letters, dryRun: false });
    await calls.purge.run({ queue: "email" });

    expect(audited).toEqual([
      { what: "resume", queue: "email", count: 1 },
      { what: "pause", queue: "email", count: 1 },
      { what: "reveal", count: 1 },
      { what: "reveal", count: 1 },
      { what: "redrive", count: 1, run: "20261125T120010Z-abab" },
      { what: "purge", queue: "email", count: 1 },
    ]);
  });

  it("are not done where that cannot be audited", async () => {
    const { calls, deeds } = open({ audit: () => Promise.reject(new Error("It is not written.")) });
    const id = await oldLetter();
    const letters = { ids: [id] };
    const before = cloud.made.length;

    const acts: (() => unknown)[] = [
      () => calls.resume.run({ queue: "email" }),
      () => calls.reveal.run({ id }),
      () => calls.redrive.run({ letters, dryRun: false }),
      () => calls.discard.run({ letters }),
      () => calls.export.run({ letters }),
    ];
    for (const one of acts) await expect(async () => one()).rejects.toThrow("It is not written.");

    const changes = cloud.made.slice(before).filter((call) => !call.startsWith("GET "));
    expect(changes).toEqual([]);
    expect(deeds.filter(({ call }) => call === "reveal")).toEqual([]);
  });

  it("mean no other group whose name begins as that of one that is empty by now", async () => {
    const { calls } = open();
    await cloud.die(20, { cause: "face0123" });

    const { letters } = await calls.letters.run({ letters: { cause: ["face"] }, limit: 1 });

    expect(letters).toEqual([]);
  });

  it("refuse to select all by an empty selector", () => {
    const { calls } = open();

    expect(calls.redrive.args.safeParse({ letters: {}, dryRun: true }).success).toBe(false);
    expect(calls.discard.args.safeParse({ letters: {} }).success).toBe(false);
    expect(calls.discard.args.safeParse({ letters: { cause: [] } }).success).toBe(false);
    expect(calls.discard.args.safeParse({ letters: { all: true } }).success).toBe(true);
  });

  it("are refused where it only looks; a dry run is none", async () => {
    const { calls, deeds } = open({ allowChanges: false });
    const id = await oldLetter();
    const letters = { ids: [id] };
    const before = cloud.made.length;

    const changes: (() => unknown)[] = [
      () => calls.pause.run({ queue: "email" }),
      () => calls.resume.run({ queue: "email" }),
      () => calls.purge.run({ queue: "email" }),
      () => calls.redrive.run({ letters, dryRun: false }),
      () => calls.discard.run({ letters }),
      () => calls.runSchedule.run({ schedule: "daily" }),
      () => calls.enqueue.run({ task: "send-email", payload: MAIL }),
      () => calls.pauseSchedule.run({ schedule: "daily" }),
      () => calls.resumeSchedule.run({ schedule: "daily" }),
      () => calls.runTask.run({ id: "task-1" }),
      () => calls.deleteTask.run({ id: "task-1" }),
      () => calls.enqueueAgain.run({ id: "task-1", payload: "{}" }),
      () => calls.advance.run({ by: "1s" }),
      () => calls.idle.run({}),
      () => calls.addFault.run({ fault: {} }),
      () => calls.removeFault.run({ id: 1 }),
    ];
    for (const one of changes)
      await expect(async () => one()).rejects.toThrow("This console only looks");

    expect(cloud.made.slice(before)).toEqual([]);
    expect(deeds).toEqual([]);
    expect((await calls.redrive.run({ letters, dryRun: true })).exitCode).toBe(0);
  });

  it("of a local cloud are none elsewhere", async () => {
    await expect(async () => open().calls.clock.run({})).rejects.toThrow(CommandError);
  });

  it("write the call of it for a shell, in which nothing of a payload is a command", async () => {
    const { calls } = open();

    const { curl } = await calls.curl.run({
      task: "send-email",
      payload: { ...MAIL, text: "'; rm -rf ~ #" },
      id: "it's",
    });

    expect(curl).toContain(`/v2/${cloud.operations.queues["email"]!}/tasks' \\\n`);
    expect(curl).toContain(`"Idempotency-Key":"it'\\''s"`);
    expect(curl.replaceAll("'\\''", "").match(/'/g)!.length % 2).toBe(0);
  });
});
