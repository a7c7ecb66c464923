import type { Fault } from "@background-tasks/cloud/startLocalCloud.ts";
import { startLocalStack } from "../../start/localStack.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { startTestStack } from "../support/localStack.ts";

/* A deployment that fails halfway, and the next one. */

const LOCATION = "projects/local-project/locations/europe-west1";

describe("The stack 'local', after a deployment that failed", () => {
  it.each<[string, Fault]>([
    [
      "a queue was made and could not be read",
      { on: "call", method: "GetQueue", code: "INTERNAL" },
    ],
    [
      "a queue was made and nobody heard",
      { on: "call", method: "CreateQueue", lostResponse: true },
    ],
    ["a job was made and not resumed", { on: "call", method: "ResumeJob", code: "INTERNAL" }],
    [
      "an account was made and nobody heard",
      { on: "call", method: "CreateServiceAccount", lostResponse: true },
    ],
    [
      "a secret was made and nobody heard",
      { on: "call", method: "CreateSecret", lostResponse: true },
    ],
    [
      "a service was made and could not be read",
      { on: "call", method: "GetService", code: "INTERNAL" },
    ],
  ])("is deployed by the next one, where %s", async (_what, fault) => {
    await using stack = await startTestStack();
    stack.local.cloud.faults.add(fault);
    expect(await stack.local.stack.apply()).toContain("Cannot create");
    stack.local.cloud.faults.clear();

    expect(await stack.local.stack.apply()).toBeUndefined();

    const { queues } = stack.local.stack.operations!;
    const answer = await stack.api.get(`/v2/${LOCATION}/queues`);
    const names = (answer["queues"] as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(Object.values(queues).sort());
    expect(stack.local.stack.resources.filter(({ isUnfinished }) => isUnfinished)).toEqual([]);
  });

  it("is deployed at once where a new queue is not found at first", async () => {
    await using stack = await startTestStack();
    stack.local.cloud.faults.add({ on: "queue", delay: "0.2s" });

    expect(await stack.local.stack.apply()).toBeUndefined();
  });

  it("is deployed where its outputs are large, and this process has no time to hear of them", async () => {
    using project = new ProjectCopy();
    project.edit(
      "infra/index.ts",
      "const secrets =",
      'export const large = "x".repeat(2_000_000);\nconst secrets =',
    );
    const ignore = () => undefined;
    const local = await startLocalStack({
      directory: project.directory,
      ...{ port: 0, insidePort: 0, smtpPort: 0 },
      allowHost: [],
      inspect: false,
      onChange({ type }) {
        if (type !== "gcp:cloudscheduler/job:Job") return;
        const end = performance.now() + 500;
        while (performance.now() < end);
      },
      onOutput: ignore,
      onMail: ignore,
    });
    try {
      expect(await local.stack.apply()).toBeUndefined();
      expect(local.stack.outputs!["large"]).toHaveLength(2_000_000);
    } finally {
      await local.stop();
    }
  });
});
