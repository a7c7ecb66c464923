import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describeEngine, startEngine, type EngineUnderTest } from "./engineUnderTest.ts";
import { list, queuesOf } from "./cloudState.ts";

describeEngine("The commands for a stack that Pulumi put onto a local cloud", () => {
  let engine: EngineUnderTest;
  let port: string;

  beforeAll(async () => {
    engine = await startEngine();
    port = new URL(engine.cloud.endpoint).port;
    await engine.run("up", "dev");
  });
  afterAll(() => engine.stop());

  /** The backend of `npm run up -- --local`, as one that a person is logged in to. */
  const loggedIn = () => ({
    PULUMI_BACKEND_URL: `file://${engine.directory}/.pulumi-local`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
  const tasks = async () => {
    const { email: queue } = await queuesOf(engine.cloud.endpoint, "dev");
    return list(engine.cloud.endpoint, `/v2/${queue.name}/tasks`, "tasks");
  };
  it("find one that 'up --local' made, by --local", async () => {
    const args = ["--stack", "dev", "--local", "--port", port];

    const smoke = await engine.runScript("packages/cli/main.ts", ["smoke", ...args]);
    const enqueue = await engine.runScript("packages/cli/main.ts", [
      "enqueue",
      ...ENQUEUE,
      "a",
      ...args,
    ]);
    const token = await engine.runScript("packages/cli/main.ts", ["token", ...args]);

    expect([smoke.code, enqueue.code, token.code]).toEqual([0, 0, 0]);
    expect(await tasks()).toHaveLength(1);
    const { email, aud } = JSON.parse(
      Buffer.from(token.output.split(".")[1] ?? "", "base64url").toString(),
    );
    expect(email).toBe("dev-invoker@local-project.iam.gserviceaccount.com");
    expect(aud).toMatch(/^https:\/\/dev-worker-\w+-ew\.a\.run\.app$/);
  });

  it("find one in the backend that the CLI is logged in to, by --port", async () => {
    const args = ["--stack", "dev", "--port", port];

    const smoke = await engine.runScript("packages/cli/main.ts", ["smoke", ...args], loggedIn());
    const enqueue = await engine.runScript(
      "packages/cli/main.ts",
      ["enqueue", ...ENQUEUE, "b", ...args],
      loggedIn(),
    );

    expect([smoke.code, enqueue.code]).toEqual([0, 0]);
    expect(await tasks()).toHaveLength(2);
  });

  it("say where there is no local cloud", async () => {
    const args = ["--stack", "dev", "--local", "--port", "9"];

    for (const command of ["smoke", "enqueue"]) {
      const task = command === "smoke" ? [] : [...ENQUEUE, "d"];
      const ran = await engine.runScript("packages/cli/main.ts", [command, ...task, ...args]);

      expect(ran).toMatchObject({
        code: 6,
        message:
          "No local cloud answers at http://127.0.0.1:9. Start one with 'npm start', name its port with " +
          "--port, or name a deployed stack with --stack alone.",
      });
    }
  });

  it("say where the stack is, where another local cloud is named", async () => {
    const other = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port: named } = other.address() as AddressInfo;

    const ran = await engine.runScript("packages/cli/main.ts", [
      "smoke",
      ...["--stack", "dev", "--local", "--port", String(named)],
    ]);

    other.close();
    expect(ran).toMatchObject({
      code: 1,
      message:
        `Stack 'dev' is not on the local cloud at http://127.0.0.1:${named}: its output 'clientEnvironment' has ` +
        `the address ${engine.cloud.endpoint}. Put it there with 'npm run up', or name another port with --port.`,
    });
  });

  it("say how to make one where the local cloud has no such stack", async () => {
    const args = ["--stack", "prod", "--local", "--port", port];

    const ran = await engine.runScript("packages/cli/main.ts", ["smoke", ...args]);

    expect(ran).toMatchObject({
      code: 1,
      message:
        "There is no stack 'prod' on the local cloud. Make it: npm run up -- --stack prod --local",
    });
  });

  it("say --local where the CLI's backend has no such stack", async () => {
    const backend = { PULUMI_BACKEND_URL: `file://${engine.directory}` };

    const ran = await engine.runScript(
      "packages/cli/main.ts",
      ["enqueue", ...ENQUEUE, "c", "--stack", "dev"],
      backend,
    );

    expect(ran.code).toBe(1);
    expect(ran.output).toContain("no stack named 'dev' found");
    expect(ran.output).toContain(
      "\nA stack that 'npm run up -- --local' made is named with --local, too.\n",
    );
  });
});

const MAIL = JSON.stringify({ to: "a@example.com", subject: "Hello", text: "It works." });
const ENQUEUE = ["send-email", MAIL, "--delay", "3600s", "--id"];
