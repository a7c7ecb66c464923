import { driftIssue } from "../../../review/drift/driftIssue.ts";
import type { ResourceChange } from "../../../review/report.ts";

const RUN = "https://github.com/o/r/actions/runs/1";

function update(name: string): ResourceChange {
  return {
    operation: "update",
    type: "gcp:cloudtasks/queue:Queue",
    name,
    inputs: [{ path: "rateLimits.maxDispatchesPerSecond", before: "500", after: "20" }],
    replacedBy: [],
  };
}

describe("the issue of a stack that has drifted", () => {
  it("says what differs, from the cloud's value to the program's", () => {
    expect(driftIssue("prod", [update("email")], RUN)).toEqual({
      marker: "<!-- background-tasks drift of stack prod -->",
      label: "drift",
      title: "Stack 'prod' has drifted: 1 to change in place",
      body: [
        "What is deployed in stack `prod` is not what its program says: 1 to change in place. Somebody " +
          "changed it past the program, or the last deployment did not end.",
        "",
        "Take what is meant over into the program, or deploy again to undo what is not. This was seen by " +
          `[this run](${RUN}); the issue is closed when a later one sees no difference.`,
        "",
        "| Resource | 'up' would | Input | In the cloud | In the program |",
        "| --- | --- | --- | --- | --- |",
        "| `Queue email` | update | `rateLimits.maxDispatchesPerSecond` | `500` | `20` |",
      ].join("\n"),
    });
  });

  it("is none where nothing differs", () => {
    expect(driftIssue("prod", [], RUN)).toBeUndefined();
  });

  it("is cut where GitHub would refuse it", () => {
    const issue = driftIssue(
      "prod",
      Array.from({ length: 2_000 }, (_, i) => update(`q${i}`)),
      RUN,
    );

    expect(issue?.body.length).toBeLessThan(65_536);
    expect(issue?.body.endsWith("\n\nThe rest did not fit in.")).toBe(true);
  });
});
