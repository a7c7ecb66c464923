import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type {
  PolicyPackArgs,
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";

let pack: PolicyPackArgs | undefined;
jest.mock("@pulumi/policy", () => ({
  PolicyPack: jest.fn((_name: string, args: PolicyPackArgs) => {
    pack = args;
  }),
}));

const QUEUE = "gcp:cloudtasks/queue:Queue";
const SERVICE = "gcp:cloudrunv2/service:Service";

/** A resource as the engine's policy SDK gives it. */
function given(type: string, name: string, props: object, { stack = "dev", config = {} } = {}) {
  return {
    type,
    name,
    props,
    urn: `urn:pulumi:${stack}::background-tasks::${type}::${name}`,
    opts: { protect: false },
    provider: { type: "pulumi:providers:gcp", props: { project: "my-project" } },
    getConfig: () => config,
  };
}

beforeAll(async () => {
  await import("../../policy/index.ts");
});

function policy(name: string) {
  const found = pack!.policies.find((one) => one.name === name);
  return found as ResourceValidationPolicy & StackValidationPolicy;
}

function judge(name: string, resource: object): unknown[] {
  const report = jest.fn();
  const validate = policy(name).validateResource as ResourceValidation;
  void validate(resource as ResourceValidationArgs, report);
  return report.mock.calls;
}

describe("the policy pack", () => {
  it("tells the engine each rule, its severity and its settings", () => {
    expect(pack!.policies).toHaveLength(33);
    expect(policy("allowed-regions")).toMatchObject({
      enforcementLevel: "mandatory",
      configSchema: {
        properties: {
          regions: {
            description: "The regions. Without any, that of the worker.",
            type: "array",
            items: { type: "string" },
          },
        },
      },
    });
    expect(policy("queue-logging").configSchema!.properties["minSamplingRatio"]!.type).toBe(
      "number",
    );
  });

  it("judges a resource before it is made, by the settings of its stack", () => {
    const props = { stackdriverLoggingConfig: { samplingRatio: 0 } };

    expect(judge("queue-logging", given(QUEUE, "email", props))).toEqual([]);
    expect(judge("queue-logging", given(QUEUE, "email", props, { stack: "prod" }))).toEqual([
      ["Queue 'email' has 'stackdriverLoggingConfig.samplingRatio' '0'; set it to at least '0.1'."],
    ]);
  });

  it("prefers the settings that an operator gives for a run", () => {
    const config = { minSamplingRatio: 0 };
    const props = { stackdriverLoggingConfig: { samplingRatio: 0 } };

    expect(judge("queue-logging", given(QUEUE, "email", props, { stack: "prod", config }))).toEqual(
      [],
    );
  });

  it("takes the project of a resource that names none from its provider", () => {
    const image = (project: string) => ({
      template: {
        containers: [{ image: `europe-west1-docker.pkg.dev/${project}/worker/worker:1` }],
      },
    });

    expect(judge("image-from-own-registry", given(SERVICE, "worker", image("my-project")))).toEqual(
      [],
    );
    expect(
      judge("image-from-own-registry", given(SERVICE, "worker", image("theirs"))),
    ).toHaveLength(1);
  });

  it("judges all resources together, and names the one that is wrong", () => {
    const report = jest.fn();
    const deadLetter = given(QUEUE, "dead-letter", {
      desiredState: "RUNNING",
      retryConfig: { maxAttempts: -1 },
    });

    void policy("dead-letter-queue-exists-paused").validateStack(
      { resources: [deadLetter], getConfig: () => ({}) } as unknown as StackValidationArgs,
      report,
    );

    expect(report.mock.calls).toEqual([
      ["Queue 'dead-letter' has 'desiredState' 'RUNNING'; set it to 'PAUSED'.", deadLetter.urn],
    ]);
  });

  it("starts under Pulumi's own policy runtime", async () => {
    const runtime = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const process = spawn("node", [runtime, "127.0.0.1:1", "."], { cwd: "policy" });
    const exit = once(process, "exit");
    const errors: Buffer[] = [];
    process.stderr.on("data", (chunk: Buffer) => errors.push(chunk));

    // Its port, on which the engine would call it.
    const port = once(createInterface(process.stdout), "line") as Promise<string[]>;
    const [first] = await Promise.race([port, exit.then(() => [Buffer.concat(errors).toString()])]);
    process.kill();

    await exit;
    expect(first).toMatch(/^\d+$/);
  });
});
