import { pulumiEngine } from "../../../review/sweep/engine.ts";
import { sweep, sweepReport } from "../../../review/sweep/sweep.ts";

const ONE = { stack: "pr-1", reason: "pull request 1 is closed" };
const TWO = { stack: "pr-2", reason: "pull request 2 is closed" };

/** A CLI that prints what it is told to and fails where it is told to. */
function cli(answers: Readonly<Record<string, string>> = {}, fails = "nothing") {
  const calls: string[] = [];
  const engine = pulumiEngine(async (file, args) => {
    const call = [file, ...args].join(" ").replace(" --non-interactive", "");
    calls.push(call);
    if (call.includes(fails)) throw new Error(`'${call}' failed.`);
    return answers[call] ?? "";
  });
  return { calls, engine };
}

describe("a sweep", () => {
  it("frees a stack that a broken run left locked, destroys it and removes it", async () => {
    const { calls, engine } = cli();

    expect(await sweep(engine, [ONE])).toEqual([{ ...ONE, leftOvers: [] }]);

    expect(calls).toEqual([
      "pulumi cancel --yes --stack pr-1",
      "pulumi destroy --yes --skip-preview --stack pr-1",
      "pulumi stack rm --yes --stack pr-1",
    ]);
  });

  it("goes on after one that cannot be destroyed, and lists what is left of it", async () => {
    const resources = [
      { type: "pulumi:pulumi:Stack", custom: false },
      { type: "pulumi:providers:gcp", custom: true, id: "x" },
      { type: "background-tasks:queues:Queues", custom: false },
      { type: "gcp:cloudtasks/queue:Queue", custom: true, id: "projects/p/locations/l/queues/q" },
    ];
    const { engine } = cli(
      { "pulumi stack export --stack pr-1": JSON.stringify({ deployment: { resources } }) },
      "destroy --yes --skip-preview --stack pr-1",
    );

    const swept = await sweep(engine, [ONE, TWO]);

    const error = "'pulumi destroy --yes --skip-preview --stack pr-1' failed.";
    const leftOvers = ["Queue projects/p/locations/l/queues/q"];
    expect(swept).toEqual([
      { ...ONE, error, leftOvers },
      { ...TWO, leftOvers: [] },
    ]);
    expect(sweepReport(swept)).toBe(
      [
        "- `pr-1`, since pull request 1 is closed: **could not be destroyed.**",
        `  - \`${error}\``,
        "  - left: `Queue projects/p/locations/l/queues/q`",
        "- `pr-2`, since pull request 2 is closed: destroyed.",
      ].join("\n"),
    );
  });

  it("says so where it cannot see what is left", async () => {
    const { engine } = cli({}, "pr-1");

    const [swept] = await sweep(engine, [ONE]);

    expect(swept?.leftOvers).toEqual(["unknown: 'pulumi stack export --stack pr-1' failed."]);
  });

  it("says so where there is nothing to do", () => {
    expect(sweepReport([])).toBe("There was no throw-away stack to destroy.");
  });
});

describe("the engine's stacks", () => {
  it("are told by their own names, and since when they are as they are", async () => {
    const { engine } = cli({
      "pulumi stack ls --json": JSON.stringify([
        { name: "organization/background-tasks/pr-1", lastUpdate: "2026-06-10T12:00:00.000Z" },
        { name: "pr-2", current: false },
      ]),
    });

    expect(await engine.stacks()).toEqual([
      { name: "pr-1", lastUpdate: new Date("2026-06-10T12:00:00Z") },
      { name: "pr-2" },
    ]);
  });
});
