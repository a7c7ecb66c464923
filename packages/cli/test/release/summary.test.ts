import { readUp, releaseSummary } from "../../release/summary.ts";

const RELEASE = {
  stack: "prod",
  image: "host/w@sha256:1",
  before: "host/w@sha256:0",
  changes: {},
  seconds: undefined,
};

describe("The summary of a deployment", () => {
  it("says what was changed, how long that took, which image runs, and how to go back", () => {
    const changes = { updated: ["Queue 'email'", "Service 'worker'"], created: ["Job 'digest'"] };

    expect(releaseSummary({ ...RELEASE, changes, seconds: 95 })).toBe(
      [
        "## Stack `prod`",
        "It runs `host/w@sha256:1`.",
        "| What |  | Resources |\n| --- | --- | --- |\n" +
          "| updated | 2 | `Queue 'email'`, `Service 'worker'` |\n| created | 1 | `Job 'digest'` |",
        "That took 95 s.",
        "To go back, run the workflow _Roll back_ for stack `prod` with this image, or revert the commit:",
        "    host/w@sha256:0",
      ].join("\n\n"),
    );
  });

  it.each([
    { before: "", told: "There is no earlier image to go back to." },
    { before: undefined, told: "There is no earlier image to go back to." },
    { before: RELEASE.image, told: "The image is the one that it ran before." },
  ])("offers no way back from $before", ({ before, told }) => {
    expect(releaseSummary({ ...RELEASE, before })).toBe(
      ["## Stack `prod`", "It runs `host/w@sha256:1`.", "No resource was changed.", told].join(
        "\n\n",
      ),
    );
  });

  it("reads what the engine wrote, to where it was killed", () => {
    const urn = "urn:pulumi:prod::app::gcp:cloudtasks/queue:Queue::email";
    const metadata = {
      op: "update",
      urn,
      type: "gcp:cloudtasks/queue:Queue",
      new: { custom: true },
    };
    const log = [
      JSON.stringify({ timestamp: 1_764_000_000, preludeEvent: {} }),
      JSON.stringify({ timestamp: 1_764_000_042, resOutputsEvent: { metadata } }),
      '{"resOut',
    ].join("\n");

    expect(readUp(log)).toEqual({ changes: { updated: ["Queue 'email'"] }, seconds: 42 });
  });

  it("tells no time where the engine was never reached", () => {
    expect(readUp("")).toEqual({ changes: {}, seconds: undefined });
  });
});
