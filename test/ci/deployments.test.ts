import { call, cloudState, queuesOf } from "../engine/cloudState.ts";
import { describeWorkflows } from "./describeWorkflows.ts";
import { byHand, DAILY, endOf, pullRequestEvent, pushEvent } from "./events.ts";
import type { Push } from "./throwAwayRepository.ts";
import { startWorkflows, type Workflows } from "./workflows.ts";

const QUEUES = ["dead-letter", "default", "email"];
const SERVICES = "projects/local-project/locations/europe-west1/services";

const LOSS = `
> **\`Queue 'email' is deleted, and the tasks that it holds with it. Mark it 'retired: true' first and let it drain.\`**

| Change | Resource | Replaced because of |
| --- | --- | --- |
| **delete** | \`Queue email\` |  |
`;

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

  it("goes on from there when it is run again: prod runs what dev runs", async () => {
    await workflows.succeed("deploy", pushEvent(main));

    const [[, digest = ""], [repository = "", copy]] = [
      await imageOf("dev"),
      await imageOf("prod"),
    ];
    expect(copy).toBe(digest);
    expect(workflows.registries.copies.at(-1)).toEqual({
      from: (await imageOf("dev")).join("@"),
      to: `${repository}:deployed-${main.sha}`,
    });
    expect(Object.keys(await queues("prod")).sort()).toEqual(QUEUES);
  });

  it("changes nothing the next time", async () => {
    const before = await state();

    await workflows.succeed("deploy", pushEvent(main));

    expect(await state()).toEqual(before);
  });

  it("and the one that rolls back: prod runs the image that it ran before, and dev the new one", async () => {
    const before = await imageOf("prod");
    const next = workflows.repository.pushMain("Say it otherwise", [
      "worker/handlers/sendEmail.ts",
      "The mail server has the message.",
      "The mail server took the message.",
    ]);
    await workflows.succeed("deploy", pushEvent(next));
    const [, digest] = await imageOf("dev");

    expect(digest).not.toBe(before[1]);
    expect((await imageOf("prod"))[1]).toBe(digest);

    const run = await workflows.succeed("roll-back", byHand({ image: before.join("@") }));

    expect(run.jobs).toEqual({ "prod / deploy": "succeeded" });
    expect(await imageOf("prod")).toEqual(before);
    expect((await imageOf("dev"))[1]).toBe(digest);
  });

  it("is told of by the preview of prod: a queue that holds tasks is protected", async () => {
    const { github, repository } = workflows;
    const push = repository.pushPullRequest(
      1,
      "no-email",
      ["tasks/tasks.ts", 'queue: "email"', 'queue: "default"'],
      ["tasks/queues.ts", / {2}email: \{[\s\S]*?\n {2}\},\n/, ""],
      ["Pulumi.prod.yaml", /.*queues:\n.*email:\n(?: {6}.*\n)+/, ""],
    );

    const event = pullRequestEvent(github, "opened", { number: 1 }, push);
    const preview = await workflows.run("preview-prod", event);
    await workflows.succeed("comment", endOf(preview, push));
    // The other workflow is the last to end.
    const diff = await workflows.run("preview", event, { job: "diff" });
    await workflows.succeed("comment", endOf(diff, push));

    expect(preview.jobs).toEqual({ "prod / preview": "failed" });
    expect(preview.output).toContain("Queue 'email' of stack 'prod' is protected, ");
    expect(diff.output).toContain("Tasks that are queued already would become dead letters:");
    const [dev = "", prod = ""] = github.comments.map(({ body }) => body).sort();
    expect(github.comments).toHaveLength(2);
    for (const comment of [dev, prod]) expect(comment).toContain(LOSS);
    expect(prod).toContain("The engine's preview, against what is deployed. Nothing was changed.");
  });

  describe("and the one that looks for drift", () => {
    const drift = (stack: string) =>
      workflows.succeed("drift", DAILY, { matrix: `stack:${stack}` });
    const setRate = async (maxDispatchesPerSecond: number) => {
      const { endpoint } = workflows.cloud;
      const { name } = (await queues("prod"))["email"];
      await call("PATCH", `${endpoint}/v2/${name}?updateMask=rateLimits.maxDispatchesPerSecond`, {
        rateLimits: { maxDispatchesPerSecond },
      });
    };
    const issues = () => workflows.github.issues.filter((one) => one.pull_request === undefined);

    it("opens an issue for the stack that was changed past the program, and none for the other", async () => {
      await setRate(7);

      const drift = await workflows.succeed("drift", DAILY);

      expect(Object.keys(drift.jobs)).toHaveLength(2);
      expect(issues().map(({ title, labels }) => ({ title, labels }))).toEqual([
        { title: "Stack 'prod' has drifted: 1 to change in place", labels: [{ name: "drift" }] },
      ]);
      expect(issues()[0]?.body).toContain(
        "| `Queue email` | update | `rateLimits.maxDispatchesPerSecond` | `7` | `50` |",
      );
    });

    it("keeps the issue up to date", async () => {
      await setRate(8);

      await drift("prod");

      expect(issues()).toHaveLength(1);
      expect(issues()[0]?.body).toContain("maxDispatchesPerSecond` | `8` | `50` |");
    });

    it("closes it when there is no difference any more", async () => {
      await setRate(50);

      await drift("prod");

      expect(issues().map(({ state }) => state)).toEqual(["closed"]);
    });
  });
});
