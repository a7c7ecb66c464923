import { cloudState, queuesOf } from "../engine/cloudState.ts";
import { describeWorkflows } from "./describeWorkflows.ts";
import { byHand, pushEvent } from "./events.ts";
import type { Push } from "./throwAwayRepository.ts";
import { startWorkflows, type Workflows } from "./workflows.ts";

const QUEUES = ["dead-letter", "default", "email"];
const SERVICES = "projects/local-project/locations/europe-west1/services";

describeWorkflows("The workflow that deploys", () => {
  let workflows: Workflows;
  let main: Push;

  beforeAll(async () => {
    workflows = await startWorkflows();
    for (const stack of ["dev", "prod"]) workflows.makeStack(stack);
    main = workflows.repository.pushMain("Start");
  });
  afterAll(() => workflows[Symbol.asyncDispose]());

  const state = () => cloudState(workflows.cloud.endpoint);
  const queues = (stack: string) => queuesOf(workflows.cloud.endpoint, stack);
  /** The image that a stack's worker runs: its repository and its digest. */
  const imageOf = async (stack: string): Promise<string[]> =>
    (await state())[`${SERVICES}/${stack}-worker`].template.containers[0].image.split("@");

  it("deploys dev, and ends red where Google refuses something for prod", async () => {
    const { cloud, registries } = workflows;

    const deploying = workflows.run("deploy", pushEvent(main));
    await registries.copied;
    cloud.faults.add({ on: "call", method: "CreateQueue", code: "PERMISSION_DENIED" });
    const deployed = await deploying;
    cloud.faults.clear();

    expect(deployed.jobs).toEqual({
      "test / test": "succeeded",
      "dev / deploy": "succeeded",
      "prod / deploy": "failed",
    });
    expect(Object.keys(await queues("dev")).sort()).toEqual(QUEUES);
    expect(await queues("prod")).toEqual({});
  });

  it("goes on from there when it is run again: dev is as it was, and prod runs what dev runs", async () => {
    const image = await imageOf("dev");
    const before = await queues("dev");

    const run = await workflows.succeed("deploy", pushEvent(main));

    expect(await imageOf("dev")).toEqual(image);
    expect(await queues("dev")).toEqual(before);
    expect(run.summaries[0]).toContain("No resource was changed.");
    const [repository = "", copy] = await imageOf("prod");
    expect(copy).toBe(image[1]);
    expect(workflows.registries.copies.at(-1)).toEqual({
      from: image.join("@"),
      to: `${repository}:deployed-${main.sha}`,
    });
    expect(Object.keys(await queues("prod")).sort()).toEqual(QUEUES);
  });

  it("and the one that rolls back change nothing where prod runs that image already", async () => {
    const before = await state();
    const image = (await imageOf("prod")).join("@");

    const run = await workflows.succeed("roll-back", byHand({ image }));

    expect(await state()).toEqual(before);
    expect(run.summaries.map(untimed)).toEqual([
      [
        "## Stack `prod`",
        `It runs \`${image}\`.`,
        "No resource was changed.",
        "That took N s.",
        "The image is the one that it ran before.",
      ].join("\n\n"),
    ]);
  });

  it("refuse an image that is not named by its digest", async () => {
    const before = await state();
    const [repository = ""] = await imageOf("prod");

    const run = await workflows.run("roll-back", byHand({ image: `${repository}:latest` }));

    expect(run.jobs).toEqual({ "prod / deploy": "failed" });
    expect(run.output).toContain(
      `Image '${repository}:latest' is not named by its digest; it must be 'host/project/repository/worker@sha256:…'.`,
    );
    expect(await state()).toEqual(before);
  });

  it("take prod to the next image, and back to the one that it ran before, with a summary of it", async () => {
    const before = await imageOf("prod");
    const next = workflows.repository.pushMain("Say it otherwise", [
      "worker/handlers/sendEmail.ts",
      "The mail server has the message.",
      "The mail server took the message.",
    ]);
    await workflows.succeed("deploy", pushEvent(next));
    const [, digest] = await imageOf("dev");

    expect(digest).not.toBe(before[1]);
    const after = await imageOf("prod");
    expect(after[1]).toBe(digest);

    const run = await workflows.succeed("roll-back", byHand({ image: before.join("@") }));

    expect(run.jobs).toEqual({ "prod / deploy": "succeeded" });
    expect(await imageOf("prod")).toEqual(before);
    expect((await imageOf("dev"))[1]).toBe(digest);
    expect(run.summaries.map(untimed)).toEqual([
      [
        "## Stack `prod`",
        `It runs \`${before.join("@")}\`.`,
        "| What |  | Resources |\n| --- | --- | --- |\n| updated | 1 | `Service 'worker'` |",
        "That took N s.",
        "To go back, run the workflow _Roll back_ for stack `prod` with this image, or revert the commit:",
        `    ${after.join("@")}`,
      ].join("\n\n"),
    ]);
  });
});

/** A summary with no time in it, which is another for each run. */
function untimed(summary: string): string {
  return summary.replace(/^That took \d+ s\.$/m, "That took N s.");
}
