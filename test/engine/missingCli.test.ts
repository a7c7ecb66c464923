import { startEngine, type EngineUnderTest } from "./engineUnderTest.ts";

describe("Without the Pulumi CLI", () => {
  let engine: EngineUnderTest;

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it("a command on the local cloud says what is missing, and where it is", async () => {
    const { port } = new URL(engine.cloud.endpoint);
    const args = ["preview", "--stack", "dev", "--local", "--port", port, "--no-type-check"];

    const ran = await engine.runScript("packages/cli/main.ts", args, { PATH: "/nonexistent" });

    expect(ran.message).toBe(
      "The Pulumi CLI is not on the PATH. Install it: https://www.pulumi.com/docs/install/",
    );
    expect(ran.code).toBe(1);
  });
});
