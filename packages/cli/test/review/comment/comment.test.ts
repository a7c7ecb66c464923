import { commentOf } from "../../../review/comment/comment.ts";
import { code, codeBlock } from "../../../review/comment/markdown.ts";
import type { ResourceChange, StackReport } from "../../../review/report.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const JOB = "gcp:cloudscheduler/job:Job";

function change(
  operation: ResourceChange["operation"],
  type: string,
  name: string,
  more: Partial<ResourceChange> = {},
): ResourceChange {
  return { operation, type, name, inputs: [], replacedBy: [], ...more };
}

function report(changes: ResourceChange[], more: Partial<StackReport> = {}): StackReport {
  return { stack: "prod", changes, violations: [], notes: [], ...more };
}

describe("a stack's comment", () => {
  it("is found by its first line, and says that nothing changes", () => {
    expect(commentOf({ diff: report([]) }).split("\n")).toEqual([
      "<!-- background-tasks review of stack prod -->",
      "### Stack `prod`: no change",
      "",
      "What the program asks Google for, compared with the merge base. It was made without an account: " +
        "what is deployed may differ.",
      "",
      "**Policy**: every rule is kept.",
    ]);
  });

  it("puts queues that are deleted or replaced first, with what that means", () => {
    const text = commentOf({
      diff: report([
        change("create", JOB, "hourly"),
        change("delete", JOB, "daily"),
        change("replace", QUEUE, "email", { replacedBy: ["location"] }),
        change("update", QUEUE, "default"),
        change("delete", QUEUE, "sms"),
      ]),
    });

    expect(text).toContain(
      "### Stack `prod`: 2 to delete, 1 to replace, 1 to change in place, 1 to create",
    );
    const rows = text
      .split("\n")
      .filter((line) => /^(>|\| \**(delete|replace|update|create))/.test(line));
    expect(rows).toEqual([
      "> **`Queue 'email' is replaced: the tasks that the old one holds are lost.`**",
      "> **`Queue 'sms' is deleted, and the tasks that it holds with it. Mark it 'retired: true' first and let it drain.`**",
      "| **replace** | `Queue email` | `location` |",
      "| **delete** | `Queue sms` |  |",
      "| delete | `Job daily` |  |",
      "| update | `Queue default` |  |",
      "| create | `Job hourly` |  |",
    ]);
  });

  it("says which tasks that wait already end sooner, as it does of those that are lost", () => {
    const table = "template.containers.0.envs.TASKS_QUEUES.value";
    const inputs = [
      { path: `${table}.email.maxAttempts`, before: "8", after: "4" },
      { path: `${table}.email.maxDeliveries`, before: "152", after: "30" },
      // More is no harm, nor is a queue that comes or goes.
      { path: `${table}.default.maxAttempts`, before: "4", after: "8" },
      { path: `${table}.sms.maxAttempts`, after: "4" },
      { path: `${table}.fax.maxAttempts`, before: "4" },
    ];

    const text = commentOf({
      diff: report([change("update", "gcp:x:Service", "worker", { inputs })]),
    });

    expect(text.split("\n").filter((line) => line.startsWith(">"))).toEqual([
      "> **`Queue 'email' ends tasks that wait already sooner: its 'maxAttempts' goes from 8 to 4. What has failed " +
        "that often is a dead letter at its next failure.`**",
      "> **`Queue 'email' ends tasks that wait already sooner: its 'maxDeliveries' goes from 152 to 30. It follows " +
        "from 'outageWindow' and the back-off; what was delivered that often is a dead letter at its next delivery, " +
        "without being run.`**",
    ]);
  });

  it("says first that no task is lost where none is, and what only watches last", () => {
    const text = commentOf({
      diff: report([
        change("update", "gcp:monitoring/dashboard:Dashboard", "watch"),
        change("create", "random:index/randomId:RandomId", "pages"),
        change("update", "gcp:monitoring/alertPolicy:AlertPolicy", "watch-tasks-wait"),
        change("update", "gcp:cloudrunv2/service:Service", "worker"),
        change("create", "gcp:cloudtasks/queueIamMember:QueueIamMember", "pages"),
        change("create", QUEUE, "pages"),
      ]),
    });

    expect(
      text
        .split("\n")
        .slice(4)
        .filter((line) => /^(No|\| (update|create))/.test(line)),
    ).toEqual([
      "No queue loses the tasks that it holds, and none ends them sooner. 'npm run contract' says whether the " +
        "worker still understands them.",
      "| create | `Queue pages` |  |",
      "| update | `Service worker` |  |",
      "| create | `QueueIamMember pages` |  |",
      "| create | `RandomId pages` |  |",
      "| update | `AlertPolicy watch-tasks-wait` |  |",
      "| update | `Dashboard watch` |  |",
    ]);
  });

  it("shows what changes input by input, but not what a new resource is like", () => {
    const inputs = [{ path: "retryConfig.maxAttempts", before: "3", after: "8" }];

    const text = commentOf({
      diff: report([
        change("update", QUEUE, "email", { inputs }),
        change("create", JOB, "hourly", { inputs }),
      ]),
    });

    expect(text.split("\n").slice(-4)).toEqual(
      [
        "| Resource | Input | Before | After |",
        "| --- | --- | --- | --- |",
        "| `Queue email` | `retryConfig.maxAttempts` | `3` | `8` |",
      ].toSpliced(0, 0, ""),
    );
  });

  it("tells of a new queue in a sentence, and folds what the alerts watch, which is there once", () => {
    const query = (queues: string) => JSON.stringify(`sum({queue_id=~"${queues}"})`);
    const alert = "conditions.0.conditionPrometheusQueryLanguage.query";
    const ALERT_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";

    const text = commentOf({
      diff: report([
        change("create", QUEUE, "pages", {
          inputs: [{ path: "rateLimits.maxDispatchesPerSecond", after: "5" }],
        }),
        change("update", ALERT_POLICY, "wait", {
          inputs: [
            { path: alert, before: query("email"), after: query("email|pages") },
            { path: "severity", before: '"WARNING"', after: '"ERROR"' },
          ],
        }),
        change("update", ALERT_POLICY, "silent", {
          inputs: [{ path: "documentation.content", before: '"On email."', after: '"On pages."' }],
        }),
      ]),
    });

    expect(text).toContain("\n\n`Queue 'pages' is added: 5 tasks a second.`\n\n");
    expect(text.slice(text.indexOf("**Inputs**"))).toBe(
      [
        "**Inputs**",
        "",
        "| Resource | Input | Before | After |",
        "| --- | --- | --- | --- |",
        "| `AlertPolicy wait` | `conditions` |  | `another expression` |",
        '| `AlertPolicy wait` | `severity` | `"WARNING"` | `"ERROR"` |',
        "| `AlertPolicy silent` | `documentation.content` |  | `another text` |",
        "",
        "<details><summary>What these alerts watch now</summary>",
        "",
        "`AlertPolicy wait`",
        "",
        "```text",
        'sum({queue_id=~"email|pages"})',
        "```",
        "",
        "</details>",
      ].join("\n"),
    );
  });

  it("shows of what is deleted what tells which it is", () => {
    const paths = [
      "name",
      "retryConfig.maxAttempts",
      "rateLimits.name",
      "secretId",
      "role",
      "member",
    ];
    const inputs = paths.map((path) => ({ path, before: '"x"' }));

    const text = commentOf({ diff: report([change("delete", JOB, "daily", { inputs })]) });

    expect(text.split("\n").slice(-4)).toEqual([
      '| `Job daily` | `name` | `"x"` |  |',
      '| `Job daily` | `secretId` | `"x"` |  |',
      '| `Job daily` | `role` | `"x"` |  |',
      '| `Job daily` | `member` | `"x"` |  |',
    ]);
  });

  it("tells the engine's preview where there is one, and the rules beside it", () => {
    const text = commentOf({
      diff: report([change("delete", QUEUE, "sms")], {
        violations: [
          { rule: "queue-logging", severity: "advisory", message: "Old.", isNew: false },
          { rule: "no-basic-role", severity: "mandatory", message: "New.", isNew: true },
        ],
      }),
      preview: [change("update", JOB, "daily")],
    });

    expect(text).toContain("### Stack `prod`: 1 to change in place");
    expect(text).toContain("The engine's preview, against what is deployed. Nothing was changed.");
    expect(text).not.toContain("sms");
    expect(text.split("\n").slice(-2)).toEqual([
      "| **yes** | mandatory | `no-basic-role` | `New.` |",
      "| no | advisory | `queue-logging` | `Old.` |",
    ]);
  });

  it("says of a run that ended red where it is shown", () => {
    const failedAt = "https://github.com/octo-org/background-tasks/actions/runs/1";

    const text = commentOf({ diff: report([]) }, { headSha: "abc", failedAt });

    expect(text.split("\n").slice(4)).toEqual([
      "",
      `**[The run](${failedAt}) ended red**, and says why.`,
      "",
      "**Policy**: every rule is kept.",
    ]);
  });

  it("says why a program does not run", () => {
    expect(commentOf({ diff: report([], { error: "No region.\n```\n@all" }) })).toBe(
      [
        "<!-- background-tasks review of stack prod -->",
        "### Stack `prod`: the program does not run",
        "",
        "````text\nNo region.\n```\n@all\n````",
      ].join("\n"),
    );
  });

  it("is cut where GitHub would refuse it, from the end, with a note", () => {
    const many = Array.from({ length: 5_000 }, (_, i) =>
      change("update", JOB, `job-${i}`, {
        inputs: [{ path: "schedule", before: '"0 7 * * *"', after: '"0 8 * * *"' }],
      }),
    );

    const text = commentOf({ diff: report([...many, change("delete", QUEUE, "sms")]) });

    expect(text.length).toBeLessThan(65_536);
    expect(text.length).toBeGreaterThan(65_000);
    expect(text).toContain("> **`Queue 'sms' is deleted,");
    expect(text.endsWith("The rest did not fit in: `npm run diff -- --json` has all of it.")).toBe(
      true,
    );
  });

  it("shows what a pull request made up as text, never as markup", () => {
    const name = "x` | <img src=x> @octo-org/team [a](b)\n## Approved";

    const text = commentOf({ diff: report([change("delete", QUEUE, name)]) });

    expect(text).toContain(
      "| **delete** | ``Queue x` \\| <img src=x> @octo-org/team [a](b) ⏎ ## Approved`` |  |",
    );
    expect(text.split("\n").filter((line) => line.startsWith("##"))).toEqual([
      "### Stack `prod`: 1 to delete",
    ]);
  });
});

describe("text in Markdown", () => {
  it.each([
    { text: "plain", shown: "`plain`" },
    { text: "a `b` c", shown: "``a `b` c``" },
    { text: "`b`", shown: "`` `b` ``" },
    { text: "a|b", shown: "`a\\|b`" },
    { text: "a\n\n b", shown: "`a ⏎ b`" },
    { text: "a\r\r# b\r\nc\rd", shown: "`a ⏎ # b ⏎ c ⏎ d`" },
    { text: "  ", shown: "" },
  ])("of '$text' is shown as it is", ({ text, shown }) => {
    expect(code(text)).toBe(shown);
  });

  it("of two million blanks takes a moment", () => {
    const before = process.cpuUsage();

    expect(code(`a${" ".repeat(2_000_000)}b`)).toHaveLength(2_000_004);
    const { user, system } = process.cpuUsage(before);
    // Milliseconds of the processor; a matcher that begins anew at each blank needs hours.
    expect((user + system) / 1000).toBeLessThan(2000);
  });

  it("of several lines ends where it is meant to", () => {
    expect(codeBlock("a")).toBe("```text\na\n```");
    expect(codeBlock("````")).toBe("`````text\n````\n`````");
  });
});
