import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { cloudState } from "./cloudState.ts";
import {
  ALL_RESOURCES,
  describeEngine,
  startEngine,
  summary,
  type EngineUnderTest,
  type Ran,
} from "./engineUnderTest.ts";

describeEngine("What stops the engine", () => {
  let engine: EngineUnderTest;

  beforeAll(async () => {
    engine = await startEngine();
    await engine.run("up", "dev");
    await engine.run("up", "dev");
  });
  afterEach(() => {
    engine.restore("Pulumi.dev.yaml");
  });
  afterAll(() => engine.stop());

  const cli = (): string =>
    `npm run pulumi -- --stack dev --local --port ${new URL(engine.cloud.endpoint).port}`;

  it("is told of the configuration by the program's message alone", async () => {
    engine.edit("Pulumi.dev.yaml", ["config:", "config:\n  background-tasks:outageWindow: soon"]);
    const before = await cloudState(engine.cloud.endpoint);

    const ran = await engine.run("up", "dev");

    expect(ran.code).toBe(1);
    expect(ran.output.trim()).toMatch(
      /^The configuration of stack 'dev' has a problem\. .*\n {2}- Pulumi\.dev\.yaml: 'outageWindow' is 'soon'.*$/,
    );
    expect(await cloudState(engine.cloud.endpoint)).toEqual(before);
  });

  it("is told of a setting of the wrong type", async () => {
    engine.edit("Pulumi.dev.yaml", ["workerMaxInstances: 2", "workerMaxInstances: many"]);

    const ran = await engine.run("preview", "dev");

    expect(told(ran)).toEqual(
      failing(
        "Setting 'workerMaxInstances' of stack 'dev' must be of type 'integer'. Change it in " +
          "Pulumi.dev.yaml and run the command again.",
      ),
    );
  });

  it("is told of a stack that has no settings", async () => {
    const ran = await engine.run("up", "staging");

    expect(told(ran)).toEqual(
      failing(
        "There is no stack 'staging': it has no file 'Pulumi.staging.yaml'. Known stacks: 'dev', 'local', " +
          "'prod'. For another, make its file and run 'pulumi stack init staging'.",
      ),
    );
  });

  it("is told of a stack that nobody has made", async () => {
    const backend = { PULUMI_BACKEND_URL: `file://${engine.directory}` };

    const ran = await engine.runForReal("preview", "prod", backend);
    const local = await engine.run("pulumi", "prod", "stack", "output");

    expect(told(ran)).toEqual(
      failing("There is no stack 'prod' yet. Make it: pulumi stack init prod"),
    );
    expect(told(local)).toEqual(
      failing(
        "There is no stack 'prod' yet. Make it: npm run up -- --stack prod --local --port " +
          new URL(engine.cloud.endpoint).port,
      ),
    );
  });

  it("is told of a local cloud that does not answer", async () => {
    const ran = await engine.run("preview", "dev", "--port", "1");

    expect(told(ran)).toEqual({
      ...failing(
        "No local cloud answers at http://127.0.0.1:1. Start one with 'npm start', name its port with --port, or " +
          "name a deployed stack with --stack alone.",
      ),
      code: 6,
    });
  });

  it("is told of a lock that somebody holds", async () => {
    const lock = `${engine.directory}/.pulumi-local/.pulumi/locks/organization/background-tasks/dev/a.json`;
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, JSON.stringify({ pid: 1, username: "a", hostname: "b", timestamp: NOW }));

    const ran = await engine.run("up", "dev");
    await engine.run("pulumi", "dev", "cancel", "--yes");

    expect(told(ran)).toEqual(
      failing(
        "Another command holds the lock of stack 'dev', or was killed while it did. Wait for it; if none is " +
          `running, take the lock away: ${cli()} cancel --yes`,
      ),
    );
    expect((await engine.run("up", "dev")).code).toBe(0);
  });

  it("is told of a state that was written in part, and the way back leads back", async () => {
    const file = engine.stateFile("dev");
    writeFileSync(file, readFileSync(file).subarray(0, 3000));
    const before = await cloudState(engine.cloud.endpoint);

    const ran = await engine.run("up", "dev");

    expect(await cloudState(engine.cloud.endpoint)).toEqual(before);
    expect(told(ran)).toEqual(
      failing(
        "The state file of stack 'dev' is damaged: it was written only in part. Nothing was changed. The " +
          "version before it is beside it in the backend, under the same name with '.bak'; copy it over the " +
          `damaged one, and then compare it with what there is: ${cli()} refresh`,
      ),
    );
    cpSync(`${file}.bak`, file);
    expect((await engine.run("refresh", "dev")).code).toBe(0);
    expect(summary(await engine.run("preview", "dev"))).toEqual({ unchanged: ALL_RESOURCES });
  });

  it("is told of a passphrase that is missing or wrong", async () => {
    const backend = { PULUMI_BACKEND_URL: `file://${engine.directory}/.pulumi-local` };
    cpSync(
      `${engine.directory}/.pulumi-local/Pulumi.dev.yaml`,
      `${engine.directory}/Pulumi.dev.yaml`,
    );

    const missing = await engine.runForReal("preview", "dev", backend);
    const wrong = await engine.runForReal("preview", "dev", {
      ...backend,
      PULUMI_CONFIG_PASSPHRASE: "wrong",
    });

    expect(told(missing)).toEqual(
      failing(
        "The secrets of stack 'dev' are encrypted with a passphrase, and none is given. Set " +
          "PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, and run the command again.",
      ),
    );
    expect(told(wrong)).toEqual(
      failing(
        "The passphrase in PULUMI_CONFIG_PASSPHRASE is not the one that the secrets of stack 'dev' are " +
          "encrypted with. Set the right one and run the command again.",
      ),
    );
  });

  it("is told of a backend that cannot be reached", async () => {
    const ran = await engine.runForReal("preview", "dev", {
      PULUMI_BACKEND_URL: "https://127.0.0.1:1",
      PULUMI_ACCESS_TOKEN: "a-token",
    });

    expect(ran.code).toBe(1);
    expect(ran.output).toContain(
      "connection refused\nAn address that is needed cannot be reached.",
    );
    expect(ran.output).not.toMatch(STACK_TRACE);
  });
});

const NOW = "2026-11-24T12:00:00Z";

const STACK_TRACE = /^ +at /m;

function told({ code, output, message }: Ran): object {
  return { code, message, hasStackTrace: STACK_TRACE.test(output) };
}

function failing(message: string): object {
  return { code: 1, message, hasStackTrace: false };
}
