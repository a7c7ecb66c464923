import { readdirSync } from "node:fs";
import { join } from "node:path";
import { queuesOf } from "../engine/cloudState.ts";
import { describeWorkflows } from "./describeWorkflows.ts";
import { DAILY, pullRequestEvent } from "./events.ts";
import type { Push } from "./throwAwayRepository.ts";
import { startWorkflows, type Workflows } from "./workflows.ts";

const LABEL = "review-stack";

describeWorkflows("A review stack", () => {
  let workflows: Workflows;

  beforeAll(async () => {
    workflows = await startWorkflows();
    workflows.repository.pushMain("Start");
  });
  afterAll(() => workflows[Symbol.asyncDispose]());

  const queues = (stack: string) => queuesOf(workflows.cloud.endpoint, stack);
  const stacks = (): string[] =>
    readdirSync(join(workflows.state, ".pulumi/stacks/background-tasks")).filter((file) =>
      file.endsWith(".json"),
    );
  const issueOf = (number: number) => workflows.github.issues.find((one) => one.number === number);
  /** Somebody gives the label to what was pushed. */
  const label = (number: number, push: Push) => {
    const event = pullRequestEvent(workflows.github, "labeled", { number }, push, {
      label: { name: LABEL },
    });
    issueOf(number)?.labels.push({ name: LABEL });
    return event;
  };

  it("is made by the label, in the project for such stacks", async () => {
    const push = workflows.repository.pushPullRequest(7, "a-change", [
      "tasks/queues.ts",
      "maxDoublings: 5",
      "maxDoublings: 4",
    ]);

    const run = await workflows.succeed("review-stack", label(7, push));

    expect(run.jobs).toEqual({ deploy: "succeeded" });
    expect((await queues("pr-7"))["email"].retryConfig.maxDoublings).toBe(4);
    expect(stacks()).toEqual(["pr-7.json"]);
  });

  it("stays as it is at the next push, which takes the label away", async () => {
    const { github, repository } = workflows;
    const push = repository.pushPullRequest(7, "a-change", [
      "tasks/queues.ts",
      "maxDoublings: 4",
      "maxDoublings: 3",
    ]);

    const pushed = await workflows.succeed(
      "review-stack",
      pullRequestEvent(github, "synchronize", { number: 7 }, push),
    );

    expect(pushed.jobs).toEqual({ "drop-label": "succeeded" });
    expect(issueOf(7)?.labels).toEqual([]);
    expect((await queues("pr-7"))["email"].retryConfig.maxDoublings).toBe(4);

    await workflows.succeed("review-stack", label(7, push));

    expect((await queues("pr-7"))["email"].retryConfig.maxDoublings).toBe(3);
    expect(stacks()).toEqual(["pr-7.json"]);
  });

  it("is destroyed when the pull request is closed", async () => {
    const push = workflows.repository.pushPullRequest(7, "a-change", [
      "tasks/queues.ts",
      "maxDoublings: 3",
      "maxDoublings: 2",
    ]);

    const closed = await workflows.succeed(
      "review-stack",
      pullRequestEvent(workflows.github, "closed", { number: 7 }, push),
    );

    expect(closed.jobs).toEqual({ destroy: "succeeded" });
    expect(await queues("pr-7")).toEqual({});
    expect(stacks()).toEqual([]);
  });

  it("that was forgotten is swept, and nobody else's", async () => {
    const { repository } = workflows;
    workflows.makeStack("dev");
    const push = repository.pushPullRequest(8, "another", [
      "tasks/queues.ts",
      "maxDoublings: 5",
      "maxDoublings: 4",
    ]);
    await workflows.succeed("review-stack", label(8, push));
    const issue = issueOf(8)!;
    // GitHub never ran what should have destroyed it.
    issue.state = "closed";

    await workflows.succeed("sweep", DAILY);

    expect(await queues("pr-8")).toEqual({});
    expect(stacks()).toEqual(["dev.json"]);
  });
});
