import { readFileSync } from "node:fs";
import { call, cloudState, list, queuesOf } from "./cloudState.ts";
import {
  ALL_RESOURCES,
  describeEngine,
  startEngine,
  summary,
  type EngineUnderTest,
  type Ran,
} from "./engineUnderTest.ts";

describeEngine("A stack under the real engine", () => {
  let engine: EngineUnderTest;

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  const queues = () => queuesOf(engine.cloud.endpoint, "dev");
  const state = () => cloudState(engine.cloud.endpoint);

  it("is announced by a preview, which makes nothing", async () => {
    const before = await state();

    const ran = await engine.run("preview", "dev");

    expect(summary(ran)).toEqual({ create: ALL_RESOURCES });
    expect(await state()).toEqual(before);
    expect(ran.output).toMatch(
      /'alerts\.page' and 'alerts\.tell' name no channel: the alerts are made/,
    );
    expect(ran.output).toContain("the alert 'A queue does not deliver' is not made");
  });

  it("is made by the first up", async () => {
    const ran = await engine.run("up", "dev");

    expect(summary(ran)).toEqual({ created: ALL_RESOURCES });
    expect(Object.keys(await queues()).sort()).toEqual(["dead-letter", "default", "email"]);
  });

  it("is left alone by the second up", async () => {
    const before = JSON.stringify(await state());

    const ran = await engine.run("up", "dev");

    expect(summary(ran)).toEqual({ unchanged: ALL_RESOURCES });
    expect(JSON.stringify(await state())).toBe(before);
  });

  it("gets a new retry setting in place, its waiting tasks untouched", async () => {
    const { email } = await queues();
    const tasks = `${engine.cloud.endpoint}/v2/${email.name}/tasks`;
    await call("POST", tasks, { task: { ...TASK, name: `${email.name}/tasks/waiting` } });
    const waiting = await call("GET", `${tasks}/waiting`);
    engine.edit("tasks/queues.ts", ['maxBackoff: "600s"', 'maxBackoff: "700s"']);

    const before = JSON.stringify(await state());
    const preview = await engine.run("preview", "dev", "--diff");
    expect(JSON.stringify(await state())).toBe(before);
    expect(preview.output).toContain('~ maxBackoff  : "600s" => "700s"');
    expect(summary(preview)).toEqual({ update: 2, unchanged: ALL_RESOURCES - 2 });

    const up = await engine.run("up", "dev");

    // The queue, and the worker, which is told the deliveries that follow from it.
    expect(summary(up)).toEqual({ updated: 2, unchanged: ALL_RESOURCES - 2 });
    const changed = (await queues())["email"];
    expect(changed.name).toBe(email.name);
    expect(changed.retryConfig.maxBackoff).toBe("700s");
    expect(await call("GET", `${tasks}/waiting`)).toEqual(waiting);
  });

  it("shows what was changed behind the program's back, and puts it right", async () => {
    const { default: queue } = await queues();
    const path = `${engine.cloud.endpoint}/v2/${queue.name}`;
    await call("PATCH", `${path}?updateMask=rateLimits.maxDispatchesPerSecond`, {
      rateLimits: { maxDispatchesPerSecond: 1 },
    });

    expect(summary(await engine.run("preview", "dev"))).toEqual({ unchanged: ALL_RESOURCES });
    const found = await engine.run("preview", "dev", "--refresh", "--diff");
    expect(found.output).toContain("~ maxDispatchesPerSecond : 1 => 50");
    expect(summary(found)).toEqual({ update: 1, unchanged: ALL_RESOURCES - 1 });

    const { output } = await engine.run("pulumi", "dev", "stack", "output", "operations", "--json");
    expect(JSON.parse(output).queueSettings.default.rateLimits.maxDispatchesPerSecond).toBe(50);

    await engine.run("up", "dev", "--refresh");
    expect((await call("GET", path)).rateLimits.maxDispatchesPerSecond).toBe(50);
  });

  it("takes over into the state, by a refresh, what has changed", async () => {
    const { default: queue } = await queues();
    await call("POST", `${engine.cloud.endpoint}/v2/${queue.name}:pause`);

    expect(summary(await engine.run("refresh", "dev"))).toEqual({
      updated: 1,
      unchanged: ALL_RESOURCES - 1,
    });
    expect(summary(await engine.run("preview", "dev"))).toEqual({
      update: 1,
      unchanged: ALL_RESOURCES - 1,
    });
  });

  it("keeps its secrets out of state and output", async () => {
    const secret = "smtp://user:hunter2@mail.example:25";
    engine.edit("Pulumi.local.yaml", ["  settings:\n", `  settings:\n    smtpUrl: ${secret}\n`]);

    const { output } = await engine.run("up", "dev", "--diff");
    const outputs = await engine.run("pulumi", "dev", "stack", "output", "--json");

    const written = readFileSync(engine.stateFile("dev"), "utf8");
    const { endpoint } = engine.cloud;
    const version = `${endpoint}/v1/projects/local-project/secrets/dev-smtp-url/versions/latest`;
    const { payload } = await call("GET", `${version}:access`);
    expect(Buffer.from(payload.data, "base64").toString()).toBe(secret);
    expect(written).toContain('"ciphertext"');
    expect(written + output + outputs.output).not.toContain("hunter2");
    expect(Object.keys(JSON.parse(outputs.output))).toEqual(["clientEnvironment", "operations"]);
  });

  it("moves to another region without a queue that points at nothing", async () => {
    const { endpoint, events } = engine.cloud;
    const [oldHost] = hostsOf(await queues());
    const left: Promise<string[]>[] = [];
    const off = events.on("instance", ({ state: instance }) => {
      if (instance === "stopped") left.push(queues().then(hostsOf));
    });
    engine.edit("Pulumi.dev.yaml", ["europe-west1", "europe-west3"]);

    const ran = await engine.run("up", "dev");
    off();

    expect(ran.code).toBe(0);
    // When the old service stopped, no queue of the old region was left to send it anything.
    expect(await Promise.all(left)).toEqual([[]]);
    const hosts = hostsOf(await queuesOf(endpoint, "dev", "europe-west3"));
    expect(hosts).toHaveLength(2);
    expect(hosts).not.toContain(oldHost);
    expect(new Set(hosts)).toEqual(new Set([await hostOfWorker(endpoint, "europe-west3")]));
    // Nor was there one, old or new, whose invoker might not call the service that it pointed at.
    const grant = "gcp:cloudrunv2:ServiceIamMember worker-invoker";
    for (const queue of ["email", "default"].map((name) => `gcp:cloudtasks:Queue ${name}`)) {
      expect(orderOf(ran, `${grant} created`, `${queue} creating`)).toBe("in this order");
      expect(orderOf(ran, `${queue} deleted`, `${grant} deleting`)).toBe("in this order");
      expect(orderOf(ran, `${queue} created`, `${queue} deleting`)).toBe("in this order");
    }
  });

  it("moves back, and leaves nothing behind", async () => {
    const { endpoint } = engine.cloud;
    engine.restore("Pulumi.dev.yaml");

    const ran = await engine.run("up", "dev");

    expect(ran.code).toBe(0);
    expect(Object.keys(await state()).filter((name) => name.includes("/europe-west3/"))).toEqual(
      [],
    );
    expect(
      Object.keys(await state()).filter((name) => name.endsWith("/repositories/dev-worker")),
    ).toEqual(["projects/local-project/locations/europe-west1/repositories/dev-worker"]);
    expect(new Set(hostsOf(await queues()))).toEqual(
      new Set([await hostOfWorker(endpoint, "europe-west1")]),
    );
    expect(summary(await engine.run("preview", "dev", "--refresh"))).toEqual({
      unchanged: ALL_RESOURCES,
    });
  });

  it("leaves out of the log what succeeded while it is asked to, and alters nothing else", async () => {
    const exclusions = `/v2/projects/local-project/exclusions`;
    engine.edit("Pulumi.dev.yaml", ["config:", "config:\n  requestLogs: failures"]);

    const asked = await engine.run("up", "dev");

    expect(summary(asked)).toEqual({ created: 1, unchanged: ALL_RESOURCES });
    expect(await list(engine.cloud.endpoint, exclusions, "exclusions")).toMatchObject([
      {
        name: "dev-requests-done",
        filter:
          'log_id("run.googleapis.com/requests") AND resource.type="cloud_run_revision" AND ' +
          'resource.labels.service_name=~"^(dev-worker)$" AND ' +
          "httpRequest.status>=200 AND httpRequest.status<300",
      },
    ]);
    expect(summary(await engine.run("preview", "dev", "--refresh"))).toEqual({
      unchanged: ALL_RESOURCES + 1,
    });

    engine.restore("Pulumi.dev.yaml");
    const back = await engine.run("up", "dev");

    expect(summary(back)).toEqual({ deleted: 1, unchanged: ALL_RESOURCES });
    expect(await list(engine.cloud.endpoint, exclusions, "exclusions")).toEqual([]);
  });

  it("gets other names, all of them, and nothing of the old is left", async () => {
    const before = Object.keys(await state()).filter((name) => name.includes("dev-"));
    engine.edit("Pulumi.dev.yaml", ["config:", "config:\n  namePrefix: acme-"]);

    expect((await engine.run("up", "dev")).code).toBe(0);

    // The four bytes of a queue's name are drawn anew.
    const withoutBytes = (name: string): string =>
      name.replace(/(\/queues\/.*-)[0-9a-f]{8}\b/, "$1");
    const named = Object.keys(await state()).filter((name) => name.includes("dev-"));
    expect(before).toHaveLength(23);
    expect(named.map(withoutBytes).sort()).toEqual(
      before.map((name) => withoutBytes(name.replace("dev-", "acme-dev-"))).sort(),
    );
    expect(new Set(hostsOf(await queues()))).toEqual(
      new Set([await hostOfWorker(engine.cloud.endpoint, "europe-west1")]),
    );
    expect(summary(await engine.run("preview", "dev", "--refresh"))).toEqual({
      unchanged: ALL_RESOURCES,
    });
  });

  it("is destroyed but for what Google keeps, and made again at once", async () => {
    const destroyed = await engine.run("destroy", "dev");
    expect(summary(destroyed)).toEqual({ deleted: ALL_RESOURCES });
    const left = Object.keys(await state()).filter((name) => !name.endsWith(" policy"));
    // APIs stay enabled: another program of the project may use them. The account is Google's own.
    expect(left.filter((name) => !name.includes("/services/"))).toEqual([
      "projects/local-project/serviceAccounts/123456789012-compute@developer.gserviceaccount.com",
    ]);
    expect(left.filter((name) => name.endsWith(".googleapis.com"))).toHaveLength(8);

    const again = await engine.run("up", "dev");

    expect(summary(again)).toEqual({ created: ALL_RESOURCES });
  });
});

const TASK = {
  scheduleTime: new Date(Date.now() + 3_600_000).toISOString(),
  httpRequest: {
    url: "https://set-by-the-queue.invalid/tasks/send-email",
    httpMethod: "POST",
    headers: { "Content-Type": "application/json" },
    body: Buffer.from("{}").toString("base64"),
  },
};

/** Whether what the engine says of two operations comes in the order that is expected. */
function orderOf({ output }: Ran, first: string, second: string): string {
  const update = output.slice(output.indexOf("Updating ("));
  const [a, b] = [update.indexOf(first), update.indexOf(second)];
  if (a === -1 || b === -1) return `'${a === -1 ? first : second}' is missing`;
  return a < b ? "in this order" : `'${second}' comes first`;
}

async function hostOfWorker(endpoint: string, region: string): Promise<string> {
  const path = `/v2/projects/local-project/locations/${region}/services`;
  const [worker] = await list(endpoint, path, "services");
  return new URL(worker.uri).host;
}

function hostsOf(queues: Awaited<ReturnType<typeof queuesOf>>): string[] {
  return Object.values(queues).flatMap(({ httpTarget }) => httpTarget?.uriOverride.host ?? []);
}
