import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { declaredResources } from "@background-tasks/program/declare/registeredResources.ts";
import { ProjectCopy } from "../support/projectCopy.ts";

const COMMAND = resolve("packages/cli/main.ts");
const SERVICE = "gcp:cloudrunv2/service:Service";

/** A transform of the whole stack, in which everything else is as it was. */
const OPENING = `
  import * as pulumi from "@pulumi/pulumi";
  pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
    type === "${SERVICE}" ? { props: { ...props, ingress: "INGRESS_TRAFFIC_ALL" }, opts } : undefined);
  const config =`;

describe("A transform that opens the worker to everybody", () => {
  let project: ProjectCopy;

  beforeAll(() => {
    project = new ProjectCopy();
    project.edit("infra/index.ts", "const config =", OPENING);
  });
  afterAll(() => {
    project[Symbol.dispose]();
  });

  it("is refused by `npm run policy`", () => {
    const { status, stdout } = spawnSync("node", [COMMAND, "policy", "--stack", "dev", "--json"], {
      cwd: project.directory,
      encoding: "utf8",
    });

    const { stacks } = JSON.parse(stdout) as { stacks: { violations: { rule: string }[] }[] };
    expect(stacks[0]?.violations.map(({ rule }) => rule)).toEqual(["worker-ingress-internal"]);
    expect(status).toBe(1);
  });

  it("is what `npm run diff` compares", async () => {
    const declared = await declaredResources(project.directory, "dev");

    const resources = "resources" in declared ? declared.resources : [];
    const worker = resources.find(({ type }) => type === SERVICE);
    expect(worker?.inputs["ingress"]).toBe("INGRESS_TRAFFIC_ALL");
  });
});
