import type { WorkflowRun } from "./act.ts";
import { describeWorkflows } from "./describeWorkflows.ts";
import { endOf, pullRequestEvent, pushEvent } from "./events.ts";
import { REPOSITORY } from "./fakeGithub.ts";
import { startWorkflows, type Workflows } from "./workflows.ts";

describeWorkflows("The workflows of a pull request", () => {
  let workflows: Workflows;

  beforeAll(async () => {
    workflows = await startWorkflows();
    workflows.makeStack("dev");
    const main = workflows.repository.pushMain("Start");
    await workflows.succeed("deploy", pushEvent(main), { job: "dev" });
  });
  afterAll(() => workflows[Symbol.asyncDispose]());

  /** The comments on a pull request, without the line that marks them. */
  const commentsOn = (number: number) =>
    workflows.github.comments
      .filter(({ issue }) => issue === number)
      .map(({ id, body }) => ({ id, body: body.split("\n").slice(1).join("\n") }));

  describe("that changes a setting", () => {
    it("write a comment for each stack: dev's of the engine's preview, prod's of the program", async () => {
      const { github, repository } = workflows;
      const push = repository.pushPullRequest(1, "more-patience", [
        "tasks/queues.ts",
        'maxBackoff: "600s"',
        'maxBackoff: "700s"',
      ]);

      const preview = await workflows.run(
        "preview",
        pullRequestEvent(github, "opened", { number: 1 }, push),
      );
      // GitHub is busy when the comment is written.
      github.throttle(1);
      await workflows.succeed("comment", endOf(preview, push));

      expect(preview.jobs).toEqual({ diff: "succeeded", "dev / preview": "succeeded" });
      const [dev, prod] = commentsOn(1).map(({ body }) => body);
      expect(dev).toBe(`${DEV_COMMENT}\n<!-- previewed at ${push.sha} -->`);
      expect(prod).toMatch(
        /^### Stack `prod`: 2 to change in place\n\nWhat the program asks Google for, /,
      );
      expect(github.comments).toHaveLength(2);
    });

    it("edit the comments in place at the next push, what is deleted first", async () => {
      const { github, repository } = workflows;
      const before = commentsOn(1).map(({ id }) => id);
      const push = repository.pushPullRequest(
        1,
        "more-patience",
        ["tasks/schedules.ts", /"daily-digest": \{[\s\S]*\n {2}\},\n/, ""],
        ["Pulumi.dev.yaml", /.*schedules:\n.*daily-digest:\n.*paused: true\n/, ""],
      );

      const preview = await workflows.run(
        "preview",
        pullRequestEvent(github, "synchronize", { number: 1 }, push),
      );
      await workflows.succeed("comment", endOf(preview, push));

      expect(preview.jobs).toEqual({ diff: "succeeded", "dev / preview": "succeeded" });
      expect(commentsOn(1).map(({ id }) => id)).toEqual(before);
      // Nobody is told of dev's schedule, which is paused.
      const [dev, prod] = commentsOn(1).map(({ body }) => body);
      expect(dev).toMatch(/^### Stack `dev`: 2 to delete, 2 to change in place\n/);
      expect(changesTold(dev!)).toEqual([...DELETED, ...UPDATED]);
      expect(prod).toMatch(/^### Stack `prod`: 5 to delete, 3 to change in place\n/);
      expect(changesTold(prod!)).toEqual([
        ...[...DELETED, ...UNWATCHED, ...UPDATED],
        "update Dashboard watch",
      ]);
    });
  });

  it("refuse one that breaks the policy, and name the rule", async () => {
    const { github, repository } = workflows;
    const push = repository.pushPullRequest(2, "unprotected", [
      "Pulumi.prod.yaml",
      "workerMinInstances: 1",
      "workerMinInstances: 1\n  protect: false",
    ]);

    const preview = await workflows.run(
      "preview",
      pullRequestEvent(github, "opened", { number: 2 }, push),
      { job: "diff" },
    );
    await workflows.succeed("comment", endOf(preview, push));

    expect(preview.jobs).toEqual({ diff: "failed" });
    const [dev, prod] = commentsOn(2).map(({ body }) => body);
    expect(dev).toContain("### Stack `dev`: no change\n");
    for (const text of [dev, prod]) expect(text).toContain(endedRed(preview));
    expect(prod).toContain(
      "**Policy**\n\n| New | Severity | Rule | What is wrong |\n| --- | --- | --- | --- |\n" +
        "| **yes** | mandatory | `deletion-protected` |",
    );
  });

  it("end red where the jobs ended before they left anything", async () => {
    const { github, repository } = workflows;
    const push = repository.pushPullRequest(5, "no-node", [".nvmrc", /.*\n/, ""]);
    const event = pullRequestEvent(github, "opened", { number: 5 }, push);

    const nothing = await workflows.run("preview", event);
    const comment = await workflows.run("comment", endOf(nothing, push));

    expect(nothing.jobs).toEqual({ diff: "failed", "dev / preview": "failed" });
    expect(comment.jobs).toEqual({ comment: "failed" });
    expect(comment.output).toContain(
      "the jobs of the pull request ended before they left anything",
    );
    expect(commentsOn(5)).toEqual([]);
  });

  it("give a fork no login: it has the diff for both stacks, and no preview", async () => {
    const { github, repository } = workflows;
    const push = repository.pushPullRequest(3, "from-afar", [
      "tasks/queues.ts",
      "maxDoublings: 5",
      "maxDoublings: 4",
    ]);
    const fork = { number: 3, from: "somebody/background-tasks" };

    const preview = await workflows.run("preview", pullRequestEvent(github, "opened", fork, push));
    await workflows.succeed("comment", endOf(preview, push));

    expect(preview.jobs).toEqual({ diff: "succeeded" });
    expect(preview.output).not.toContain("google-github-actions/auth@");
    expect(commentsOn(3)).toHaveLength(2);
    for (const { body } of commentsOn(3)) {
      expect(body).toContain(
        "\n\nWhat the program asks Google for, compared with the merge base. ",
      );
      expect(body).toContain("`retryConfig.maxDoublings` | `5` | `4` |");
    }
  });

  it("run nothing that a title, a branch or a file's name says", async () => {
    const { github, repository } = workflows;
    const command = "$(touch${IFS}$PWNED)";
    const branch = `a"'${command}\`touch\${IFS}$PWNED\`;touch\${IFS}$PWNED`;
    const push = repository.pushPullRequest(
      4,
      branch,
      [`docs/${command}\n::set-env name=PATH::x\n"'.md`, "", "A document.\n"],
      ["tasks/queues.ts", 'maxBackoff: "900s"', 'maxBackoff: "901s"'],
    );
    const title = `"; touch $PWNED; echo '${command} \`touch $PWNED\`\n::stop-commands::x`;
    const event = pullRequestEvent(github, "opened", { number: 4, title }, push);

    const preview = await workflows.run("preview", event);
    await workflows.succeed("comment", endOf(preview, push));

    expect(preview.jobs).toEqual({ diff: "succeeded", "dev / preview": "succeeded" });
    expect(workflows.wasTakenOver()).toBe(false);
    expect(commentsOn(4)).toHaveLength(2);
    expect(JSON.stringify(commentsOn(4))).not.toContain("PWNED");
  });
});

function endedRed({ id }: WorkflowRun): string {
  const url = `https://github.com/${REPOSITORY}/actions/runs/${id}`;
  return `\n\n**[The run](${url}) ended red**, and says why.\n`;
}

const DEV_COMMENT = `### Stack \`dev\`: 2 to change in place

The engine's preview, against what is deployed. Nothing was changed.

> **\`Queue 'email' ends tasks that wait already sooner: its 'maxDeliveries' goes from 152 to 131. It follows from 'outageWindow' and the back-off; what was delivered that often is a dead letter at its next delivery, without being run.\`**

| Change | Resource | Replaced because of |
| --- | --- | --- |
| update | \`Queue email\` |  |
| update | \`Service worker\` |  |

**Policy**: every rule is kept.

**Inputs**

| Resource | Input | Before | After |
| --- | --- | --- | --- |
| \`Queue email\` | \`retryConfig.maxBackoff\` | \`"600s"\` | \`"700s"\` |
| \`Service worker\` | \`template.containers.0.envs.TASKS_QUEUES.value.email.maxDeliveries\` | \`152\` | \`131\` |`;

const DELETED = ["delete Job daily-digest", "delete QueueIamMember default-enqueuer-scheduler"];
const UNWATCHED = [
  "delete AlertPolicy watch-schedule-failed",
  "delete AlertPolicy watch-schedule-missed",
  "delete RandomUuid7 watch-schedule:daily-digest",
];
const UPDATED = ["update Queue email", "update Service worker"];

/** What a comment says changes, in its order. */
function changesTold(body: string): string[] {
  return [...body.matchAll(/^\| (delete|update) \| `(.+?)`/gm)].map(
    ([, how, what]) => `${how} ${what}`,
  );
}
