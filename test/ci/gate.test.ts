import { PLUGINS_FILE } from "@background-tasks/cli/pin/pluginPins.ts";
import { describeWorkflows } from "./describeWorkflows.ts";
import { byHand, pullRequestEvent, pushEvent } from "./events.ts";
import type { Push } from "./throwAwayRepository.ts";
import { startWorkflows, type Workflows } from "./workflows.ts";

describeWorkflows("The workflow that tests", () => {
  let workflows: Workflows;
  let change: Push;

  beforeAll(async () => {
    workflows = await startWorkflows();
    workflows.repository.pushMain("The first commit");
    change = workflows.repository.pushPullRequest(1, "a-change", [
      "docs/a.md",
      "",
      "A document.\n",
    ]);
  });
  afterAll(() => workflows[Symbol.asyncDispose]());

  const passed = `The gate, in Node ${process.version}, after: The first commit`;

  it("runs the gate on what is pushed to a branch, with its history", async () => {
    const run = await workflows.succeed("test", pushEvent(change));

    expect(run.jobs).toEqual({ test: "succeeded" });
    expect(run.output).toContain(passed);
  });

  it("runs it once: for a pull request's branch of this repository it ran at the push", async () => {
    const run = await workflows.run(
      "test",
      pullRequestEvent(workflows.github, "opened", { number: 1 }, change),
    );

    expect(run.jobs).toEqual({});
  });

  it("runs it for a pull request of a fork, which is no push here", async () => {
    const fork = { number: 1, from: "somebody/background-tasks" };

    const run = await workflows.succeed(
      "test",
      pullRequestEvent(workflows.github, "opened", fork, change),
    );

    expect(run.output).toContain(passed);
  });

  it("ends red where the gate does", async () => {
    const { repository } = workflows;
    const push = repository.pushPullRequest(2, "broken", [".ci/run", /echo.*/, "exit 3"]);

    const run = await workflows.run("test", pushEvent(push));

    expect(run.jobs).toEqual({ test: "failed" });
  });

  it("is a job of the run that deploys, which deploys nothing where it ends red", async () => {
    const main = workflows.repository.pushMain("Break a test", [".ci/run", /echo.*/, "exit 3"]);

    const run = await workflows.run("deploy", pushEvent(main));

    expect(run.jobs).toEqual({ "test / test": "failed" });
  });

  it("leaves prod's preview to this repository's own branches", async () => {
    const fork = { number: 1, from: "somebody/background-tasks" };

    const run = await workflows.run(
      "preview-prod",
      pullRequestEvent(workflows.github, "opened", fork, change),
    );

    expect(run.jobs).toEqual({});
  });

  it("leaves prod's jobs to what is named by digest: until 'pin' has run, they end before anything else", async () => {
    workflows.repository.pushMain("Name no digest", [
      PLUGINS_FILE,
      /"sha256": \{[^}]*\}/g,
      '"sha256": null',
    ]);

    const run = await workflows.run("roll-back", byHand({ image: "any" }));

    expect(run.jobs).toEqual({ "prod / deploy": "failed" });
    expect(run.output).toMatch(/Plugin 'gcp' \S+ has no digest in \.ci\/pulumi\/plugins\.json\./);
    expect(run.output).toContain("Run 'npm run tasks -- pin', look at what it writes");
    expect(run.output).not.toContain("google-github-actions/auth@");
  });
});
