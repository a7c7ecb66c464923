import { once } from "node:events";
import { call, list } from "./cloudState.ts";
import { describeEngine, startEngine, summary, type EngineUnderTest } from "./engineUnderTest.ts";

jest.setTimeout(180_000);

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
      "Something that stack 'dev' should create exists already: an 'up' that was broken off may have " +
        "made it. Take it over with 'pulumi import', and then run 'up' again.",
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

    expect(summary(await engine.run("preview", "dev", "--refresh"))).toEqual({ unchanged: 40 });
    const accounts = await list(endpoint, `/v1/${PROJECT}/serviceAccounts`, "accounts");
    expect(accounts.filter(({ email }) => email.startsWith("dev-scheduler@"))).toEqual([account]);
  });
});

function cli({ cloud }: EngineUnderTest): string {
  return `npm run pulumi -- --stack dev --local --port ${new URL(cloud.endpoint).port}`;
}

/** Kills engine and program while Google is making the service. */
async function killWhenTheWorkerStarts(engine: EngineUnderTest): Promise<void> {
  const child = engine.start("up", "dev");
  const started = new Promise<void>((resolve) => {
    engine.cloud.events.on("instance", ({ state }) => {
      if (state === "started") resolve();
    });
  });
  await started;
  // The whole group: the wrapper, and the engine that it runs.
  process.kill(-Number(child.pid), "SIGKILL");
  await once(child, "close");
}
