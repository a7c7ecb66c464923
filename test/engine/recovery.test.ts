import { once } from "node:events";
import { cpSync } from "node:fs";
import { call, cloudState, list } from "./cloudState.ts";
import {
  ALL_RESOURCES,
  describeEngine,
  ended,
  startEngine,
  summary,
  type EngineUnderTest,
} from "./engineUnderTest.ts";

const PROJECT = "projects/local-project";

describeEngine("An up that was killed", () => {
  let engine: EngineUnderTest;

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it("is repaired by cancel, an import and the next up", async () => {
    const { endpoint } = engine.cloud;
    // As if the engine had been killed after Google made the account and before it was written down.
    const account = await call("POST", `${endpoint}/v1/${PROJECT}/serviceAccounts`, {
      accountId: "dev-scheduler",
      serviceAccount: { displayName: "dev: schedules enqueue" },
    });
    await killWhenTheWorkerStarts(engine);

    const locked = await engine.run("up", "dev");
    expect(locked.code).toBe(1);
    expect(locked.message).toBe(
      "Another command holds the lock of stack 'dev', or was killed while it did. Wait for it; if none " +
        `is running, take the lock away: ${cli(engine)} cancel --yes`,
    );
    expect((await engine.run("pulumi", "dev", "cancel", "--yes")).code).toBe(0);

    const exists = await engine.run("up", "dev");
    expect(exists.code).toBe(1);
    const [sentence, command = ""] = exists.message.split("\n");
    expect(sentence).toBe(
      "Something that stack 'dev' should create exists already. If another stack made it, whose names are the " +
        "same, give this one another 'namePrefix' and run 'up' again. If an 'up' that was broken off made it, " +
        "take it over with 'pulumi import' first:",
    );
    expect(command).toBe(
      `  ${cli(engine)} import gcp:cloudrunv2/service:Service worker ` +
        `${PROJECT}/locations/europe-west1/services/dev-worker --parent ` +
        "'parent=urn:pulumi:dev::background-tasks::background-tasks:worker:Worker::worker' " +
        "--protect=false --generate-code=false --yes",
    );

    const args = command.replaceAll("'", "").split(" import ")[1]?.split(" ") ?? [];
    expect((await engine.run("pulumi", "dev", "import", ...args)).code).toBe(0);
    expect((await engine.run("up", "dev")).code).toBe(0);

    expect(summary(await engine.run("preview", "dev", "--refresh"))).toEqual({
      unchanged: ALL_RESOURCES,
    });
    const accounts = await list(endpoint, `/v1/${PROJECT}/serviceAccounts`, "accounts");
    expect(accounts.filter(({ email }) => email.startsWith("dev-scheduler@"))).toEqual([account]);
  });
});

describeEngine("An up that was interrupted", () => {
  let engine: EngineUnderTest;

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it("finishes what is under way, and the next up goes on from there", async () => {
    const child = engine.start("up", "dev");
    const end = ended(child);
    await workerStarts(engine);

    // Control-C in a terminal.
    process.kill(-Number(child.pid), "SIGINT");

    expect(await end).toMatchObject({ code: 1 });
    const names = Object.keys(await cloudState(engine.cloud.endpoint));
    expect(names.filter((name) => name.includes("/queues/"))).toEqual([]);
    expect((await engine.run("up", "dev")).code).toBe(0);
    expect(summary(await engine.run("preview", "dev", "--refresh"))).toEqual({
      unchanged: ALL_RESOURCES,
    });
  });
});

describeEngine("An up of a stack whose names are another's", () => {
  let engine: EngineUnderTest;

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it("is refused, takes nothing over, and goes on under a prefix of its own", async () => {
    const { directory, cloud } = engine;
    const namesOf = async (): Promise<string[]> =>
      Object.keys(await cloudState(cloud.endpoint)).filter((name) => name.includes("/acme-dev-"));
    cpSync(`${directory}/Pulumi.dev.yaml`, `${directory}/Pulumi.acme-dev.yaml`);
    expect((await engine.run("up", "acme-dev")).code).toBe(0);
    const before = await namesOf();

    engine.edit("Pulumi.dev.yaml", ["config:", "config:\n  namePrefix: acme-"]);
    const refused = await engine.run("up", "dev");

    expect(refused.code).toBe(1);
    expect(refused.message.split("\n")[0]).toBe(
      "Something that stack 'dev' should create exists already. If another stack made it, whose names are the " +
        "same, give this one another 'namePrefix' and run 'up' again. If an 'up' that was broken off made it, " +
        "take it over with 'pulumi import' first:",
    );
    engine.edit("Pulumi.dev.yaml", ["namePrefix: acme-", "namePrefix: other-"]);
    expect((await engine.run("up", "dev")).code).toBe(0);
    expect((await engine.run("destroy", "dev")).code).toBe(0);
    expect(await namesOf()).toEqual(before);
    expect(summary(await engine.run("preview", "acme-dev", "--refresh"))).toEqual({
      unchanged: ALL_RESOURCES,
    });
  });
});

describeEngine("A move to another region that was broken off", () => {
  let engine: EngineUnderTest;

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it("is finished before it is taken back, and nothing is left behind", async () => {
    const { endpoint } = engine.cloud;
    const jobs = `${PROJECT}/locations/europe-west3/jobs`;
    const stranger = { name: `${jobs}/dev-daily-digest`, ...STRANGERS_JOB };
    const existing = (id: string) => ({
      code: 1,
      message: [
        "What should take the place of something in another region or project stands there already:",
        `  ${id}`,
        "A move that was broken off may have left it. Then finish that move first: put its 'gcp:region' " +
          "and 'gcp:project' back, run 'up' until it succeeds, and only then move on, or back. Do not " +
          "import it: the state has it already, to be deleted. If it is nobody's, delete it and run 'up' " +
          "again.",
      ].join("\n"),
    });
    await engine.run("up", "dev");
    await call("POST", `${endpoint}/v1/${jobs}`, stranger);

    engine.edit("Pulumi.dev.yaml", ["europe-west1", "europe-west3"]);
    expect(await engine.run("up", "dev")).toMatchObject(existing(stranger.name));
    engine.restore("Pulumi.dev.yaml");
    expect(await engine.run("up", "dev")).toMatchObject(
      existing(`${PROJECT}/locations/europe-west1/services/dev-worker`),
    );
    await call("DELETE", `${endpoint}/v1/${stranger.name}`);
    engine.edit("Pulumi.dev.yaml", ["europe-west1", "europe-west3"]);
    expect((await engine.run("up", "dev")).code).toBe(0);
    engine.restore("Pulumi.dev.yaml");
    expect((await engine.run("up", "dev")).code).toBe(0);

    expect(summary(await engine.run("preview", "dev", "--refresh"))).toEqual({
      unchanged: ALL_RESOURCES,
    });
    const names = Object.keys(await cloudState(endpoint));
    expect(names.filter((name) => name.includes("/europe-west3/"))).toEqual([]);
  });
});

const STRANGERS_JOB = { schedule: "0 7 * * *", httpTarget: { uri: "https://example.com/" } };

function cli({ cloud }: EngineUnderTest): string {
  return `npm run pulumi -- --stack dev --local --port ${new URL(cloud.endpoint).port}`;
}

/** Kills engine and program while Google is making the service. */
async function killWhenTheWorkerStarts(engine: EngineUnderTest): Promise<void> {
  const child = engine.start("up", "dev");
  await workerStarts(engine);
  // The whole group: the wrapper, and the engine that it runs.
  process.kill(-Number(child.pid), "SIGKILL");
  await once(child, "close");
}

function workerStarts({ cloud }: EngineUnderTest): Promise<void> {
  return new Promise((resolve) => {
    cloud.events.on("instance", ({ state }) => {
      if (state === "started") resolve();
    });
  });
}
