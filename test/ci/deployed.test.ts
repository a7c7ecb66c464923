import { call, queuesOf } from "../engine/cloudState.ts";
import { describeWorkflows } from "./describeWorkflows.ts";
import { DAILY, endOf, pullRequestEvent, pushEvent } from "./events.ts";
import { startWorkflows, type Workflows } from "./workflows.ts";

const LOSS = `
> **\`Queue 'email' is deleted, and the tasks that it holds with it. Mark it 'retired: true' first and let it drain.\`**

| Change | Resource | Replaced because of |
| --- | --- | --- |
| **delete** | \`Queue email\` |  |
`;

describeWorkflows("What is deployed", () => {
  let workflows: Workflows;

  beforeAll(async () => {
    workflows = await startWorkflows();
    for (const stack of ["dev", "prod"]) workflows.makeStack(stack);
    await workflows.succeed("deploy", pushEvent(workflows.repository.pushMain("Start")));
  });
  afterAll(() => workflows[Symbol.asyncDispose]());

  it("is protected in prod: a queue that a pull request removes is told of by the preview, which ends red", async () => {
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

  describe("and was changed past the program", () => {
    const drift = (stack: string) =>
      workflows.succeed("drift", DAILY, { matrix: `stack:${stack}` });
    const setRate = async (maxDispatchesPerSecond: number) => {
      const { endpoint } = workflows.cloud;
      const { name } = (await queuesOf(endpoint, "prod"))["email"];
      await call("PATCH", `${endpoint}/v2/${name}?updateMask=rateLimits.maxDispatchesPerSecond`, {
        rateLimits: { maxDispatchesPerSecond },
      });
    };
    const issues = () => workflows.github.issues.filter((one) => one.pull_request === undefined);

    it("has an issue opened, and the stack that was not changed has none", async () => {
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

    it("has the issue kept up to date", async () => {
      await setRate(8);

      await drift("prod");

      expect(issues()).toHaveLength(1);
      expect(issues()[0]?.body).toContain("maxDispatchesPerSecond` | `8` | `50` |");
    });

    it("has it closed when there is no difference any more", async () => {
      await setRate(50);

      await drift("prod");

      expect(issues().map(({ state }) => state)).toEqual(["closed"]);
    });
  });
});
