import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type {
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";

import { rules } from "../../policy/rules/index.ts";
import { policies } from "../../policy/policies.ts";
import { FIXTURE } from "../support/fixtureProject.ts";

const pack = policies(FIXTURE);

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

function policy(name: string) {
  const found = pack.find((one) => one.name === name);
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
    expect(pack.map(({ name }) => name)).toEqual([
      ...rules.map(({ name }) => name),
      "inputs-known",
      "judged-after-deployment",
    ]);
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
    const props = { retryConfig: { minBackoff: "0.5s", maxBackoff: "600s" } };
    const message =
      "Queue 'email' has 'retryConfig.minBackoff' '0.5s'; set it to a duration from '1s' to '3600s'.";

    expect(
      judge("queue-backoff-bounded", given(QUEUE, "email", props, { stack: "local" })),
    ).toEqual([]);
    for (const stack of ["prod", "production", "live"]) {
      expect(judge("queue-backoff-bounded", given(QUEUE, "email", props, { stack }))).toEqual([
        [message],
      ]);
    }
  });

  it("prefers the settings that an operator gives for a run", () => {
    const config = { minSamplingRatio: 0 };
    const props = { stackdriverLoggingConfig: { samplingRatio: 0 } };

    expect(judge("queue-logging", given(QUEUE, "email", props, { stack: "prod", config }))).toEqual(
      [],
    );
  });

  it("judges nothing by a file that is wrong, and says what is", () => {
    const directory = mkdtempSync(join(tmpdir(), "policy-pack-"));
    writeFileSync(join(directory, "PulumiPolicy.dev.json"), `{"queue-loging":{}}`);
    const [first] = policies(directory) as ResourceValidationPolicy[];

    const validate = first!.validateResource as ResourceValidation;
    expect(() =>
      validate(given(SERVICE, "worker", {}) as unknown as ResourceValidationArgs, jest.fn()),
    ).toThrow("PulumiPolicy.dev.json: 'queue-loging' is no rule; docs/policy.md lists them.");
    rmSync(directory, { recursive: true });
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
    const queue = given(QUEUE, "email", { retryConfig: { maxAttempts: -1 } });

    void policy("worker-ends-tasks").validateStack(
      { resources: [queue], getConfig: () => ({}) } as unknown as StackValidationArgs,
      report,
    );

    expect(report.mock.calls).toEqual([
      [
        "Queue 'email' has 'retryConfig.maxAttempts' '-1', and no worker counts its deliveries, as no 'TASKS_QUEUES' " +
          "names it; set it to a number from 1 to 1000.",
        queue.urn,
      ],
    ]);
  });

  it("says what it does not know yet, once", () => {
    const report = jest.fn();
    const known = given(QUEUE, "email", { location: "europe-west1" });
    const unknown = given(QUEUE, "default", {
      get name(): string {
        throw new Error("value at .name can't be known during preview");
      },
    });
    for (const queue of [known, unknown]) judge("inputs-known", queue);

    void policy("judged-after-deployment").validateStack(
      { resources: [known, unknown], getConfig: () => ({}) } as unknown as StackValidationArgs,
      report,
    );

    expect(report.mock.calls).toEqual([
      [
        "Not all is known yet of Queue 'default'. It is judged after the deployment: npm run policy -- --deployed " +
          "--stack dev",
      ],
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
