import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { OTHER_NAMES } from "../../../../test/support/otherNames.ts";
import { declaredOperations, releaseTarget } from "../../release/releaseTarget.ts";
import type { Operations } from "../../stack/outputs.ts";
import { ProjectCopy } from "../support/projectCopy.ts";

const LOCATION = "projects/p/locations/europe-west1";

function operations(name: string): Operations {
  return {
    ...{ stack: "prod", project: "p", region: "europe-west1", protect: true },
    queues: {},
    schedules: {},
    workers: [
      {
        name: "worker",
        service: `${LOCATION}/services/${name}`,
        url: "https://w.a.run.app",
        invoker: "i@p.iam.gserviceaccount.com",
        queues: [],
      },
    ],
    imageRepository: `registry.example.com/p/${name}/worker`,
  };
}

describe("where a stack's images go", () => {
  const declared = async () => operations("declared");

  it("is what its outputs say", async () => {
    const outputs = async () => ({ operations: operations("deployed") });

    expect(await releaseTarget("prod", { outputs, declared })).toEqual({
      imageRepository: "registry.example.com/p/deployed/worker",
      services: [`${LOCATION}/services/deployed`],
    });
  });

  it.each([
    ["was not deployed yet", {}],
    ["was deployed by a program without this output", { queues: {}, workerUrl: "https://w" }],
    ["was deployed in part", { operations: { ...operations("part"), workers: [{}] } }],
  ])("is what its program says, where it %s", async (_, outputs) => {
    expect(await releaseTarget("prod", { outputs: async () => outputs, declared })).toEqual({
      imageRepository: "registry.example.com/p/declared/worker",
      services: [`${LOCATION}/services/declared`],
    });
  });

  it("is not guessed where nothing says it", async () => {
    const nothing = async () => ({});

    const target = releaseTarget("prod", { outputs: nothing, declared: async () => undefined });

    await expect(target).rejects.toThrow(
      "Nothing says where stack 'prod' is. Export it from infra/index.ts: 'operations', made by " +
        "'operationsOf' of infra/operations.ts.",
    );
  });
});

describe("what a program says of a stack that is not deployed", () => {
  let project: ProjectCopy;
  beforeEach(() => {
    project = new ProjectCopy();
  });
  afterEach(() => {
    project[Symbol.dispose]();
  });
  const configure = (...lines: readonly string[]) => {
    const text = ["config:", "gcp:region: us-east1", ...lines].join("\n  ");
    writeFileSync(join(project.directory, "Pulumi.prod.yaml"), `${text}\n`);
  };

  it("has the program's own names, whatever they are, and the stack's registry", async () => {
    for (const [from, to] of OTHER_NAMES) project.edit("infra/config/names.ts", from, to);
    configure("gcp:project: octo-prod", "registryHost: mirror.example.com:5000");

    expect(await declaredOperations("prod", project.directory)).toMatchObject({
      imageRepository: "mirror.example.com:5000/octo-prod/prod-pictures/worker",
      workers: [{ service: "projects/octo-prod/locations/us-east1/services/prod-runner" }],
    });
  });

  it("names no project that its settings do not name", async () => {
    configure();

    await expect(declaredOperations("prod", project.directory)).rejects.toThrow(
      "'Pulumi.prod.yaml' must set 'gcp:project': nothing else says where it is.",
    );
  });

  it("is the reason where it cannot be evaluated", async () => {
    configure("gcp:project: octo-prod", "workerCpu: many");

    await expect(declaredOperations("prod", project.directory)).rejects.toThrow(
      /^The configuration of stack 'prod' has a problem\./,
    );
  });
});
