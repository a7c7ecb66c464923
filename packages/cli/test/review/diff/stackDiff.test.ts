import { reportOf } from "../../../review/diff/stackDiff.ts";
import { terminalReport } from "../../../review/diff/terminal.ts";
import type { ResourceChange } from "../../../review/report.ts";
import type { Declared, DeclaredResource } from "@background-tasks/program/declare/declared.ts";

const JOB = "gcp:cloudscheduler/job:Job";
const QUEUE = "gcp:cloudtasks/queue:Queue";

function declared(type: string, name: string, inputs: Record<string, unknown>): DeclaredResource {
  return {
    type,
    name,
    inputs,
    properties: inputs,
    options: { protect: true, retainOnDelete: true },
  };
}

const ALERT_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";

function change(
  operation: ResourceChange["operation"],
  type: string,
  name: string,
  inputs: ResourceChange["inputs"] = [],
): ResourceChange {
  return { operation, type, name, inputs, replacedBy: [] };
}

const job = (retryCount: number) =>
  declared(JOB, "daily", { name: "daily", region: "europe-west1", retryConfig: { retryCount } });

function declaring(resources: readonly DeclaredResource[]): Declared {
  return { resources, filledIn: [] };
}

function messagesOf(rule: string, before: DeclaredResource[], after: DeclaredResource[]) {
  const { violations } = reportOf("dev", declaring(before), declaring(after), {});
  return violations
    .filter((one) => one.rule === rule)
    .map(({ resource, isNew }) => [resource, isNew]);
}

describe("a stack's report", () => {
  it("says which rules the change breaks, and which were broken before", () => {
    const bad = declared("gcp:projects/iAMMember:IAMMember", "g", {
      role: "roles/owner",
      member: "m",
    });

    expect(messagesOf("no-basic-role", [], [bad])).toEqual([["IAMMember 'g'", true]]);
    expect(messagesOf("no-basic-role", [bad], [bad])).toEqual([["IAMMember 'g'", false]]);
    expect(messagesOf("no-basic-role", [bad], [])).toEqual([]);
  });

  it("takes what replaces a resource from the deployer's table", () => {
    const moved = { ...job(3), inputs: { ...job(3).inputs, region: "europe-west4" } };

    expect(reportOf("dev", declaring([job(3)]), declaring([moved]), {}).changes).toMatchObject([
      { operation: "replace", replacedBy: ["region"] },
    ]);
    expect(reportOf("dev", declaring([job(3)]), declaring([job(4)]), {}).changes).toMatchObject([
      { operation: "update", replacedBy: [] },
    ]);
  });

  it("shows everything as new where the program did not run before, and says so", () => {
    const report = reportOf("dev", { error: "No region." }, declaring([job(3)]), {});

    expect(report.changes).toMatchObject([{ operation: "create", name: "daily" }]);
    expect(report.notes).toEqual([
      "The program did not run before, so that everything is shown as new: No region.",
    ]);
  });

  it("holds the reason where the program does not run", () => {
    expect(reportOf("dev", declaring([]), { error: "No region." }, {})).toEqual({
      stack: "dev",
      changes: [],
      violations: [],
      notes: [],
      error: "No region.",
    });
  });
});

describe("a stack's report for a terminal", () => {
  it("tells first of a queue that is lost", () => {
    const email = declared(QUEUE, "email", { name: "q", location: "europe-west1" });
    const { changes } = reportOf("dev", declaring([email, job(3)]), declaring([job(4)]), {});

    const text = terminalReport({ stack: "dev", changes, violations: [], notes: [] }, 100);

    const lines = text.split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "dev: 1 to delete, 1 to change in place.",
      "Queue 'email' is deleted, and the tasks that it holds with it. Mark it 'retired: true' first and let it drain.",
      "  deleted   Queue email",
      "  changed   Job daily",
    ]);
    const rows = lines.slice(4).filter((line) => /Queue email|Job daily/.test(line));
    expect(rows.map((row) => row.split("│").map((cell) => cell.trim()))).toEqual([
      ["", "delete", "Queue email", "", "", "", ""],
      ["", "update", "Job daily", "retryConfig.retryCount", "3", "4", ""],
    ]);
    expect(Math.max(...lines.slice(2).map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("shows the reason alone where the program does not run", () => {
    const report = { stack: "dev", changes: [], violations: [], notes: [], error: "No region." };

    expect(terminalReport(report, 100)).toBe("dev: the program cannot be evaluated.\nNo region.");
  });
});

describe("a stack's report on a terminal", () => {
  it("has nothing in it that a terminal obeys", () => {
    const changes = [change("update", JOB, "a\u001b[2Jb\r")];

    const text = terminalReport({ stack: "dev", changes, violations: [], notes: [] }, 100);

    expect(text).toContain("\n  changed   Job ab\ufffd\n");
    expect(text).not.toMatch(/[\r\u001b]/);
  });

  it("shows of very many changes the first 1,000 lines", () => {
    const inputs = Array.from({ length: 1100 }, (_, i) => ({ path: `p${i}`, before: "1" }));
    const changes = [change("update", JOB, "daily", inputs)];

    const lines = terminalReport({ stack: "dev", changes, violations: [], notes: [] }, 100).split(
      "\n",
    );

    expect(lines.filter((line) => / p\d+ /.test(line))).toHaveLength(1000);
    expect(lines.at(-1)).toBe("These are the first 1,000 of 1,100 lines. '--json' has all.");
  });

  it("names a queue's settings in the worker's table, and shortens digests", () => {
    const service = (maxAttempts: number, digit: string) =>
      declared("gcp:cloudrunv2/service:Service", "worker", {
        template: {
          containers: [
            {
              image: `europe-west1-docker.pkg.dev/my-project/dev-worker/worker@sha256:${digit.repeat(64)}`,
              envs: [{ name: "TASKS_QUEUES", value: JSON.stringify({ email: { maxAttempts } }) }],
            },
          ],
        },
      });
    const report = reportOf(
      "dev",
      { resources: [service(3, "a")], filledIn: [] },
      { resources: [service(4, "b")], filledIn: [] },
      {},
    );

    expect(terminalReport({ ...report, violations: [] }, 100)).toBe(`dev: 1 to change in place.
  changed   Service worker
No queue loses the tasks that it holds, and none ends them sooner. 'npm run contract' says whether the worker still understands them.
┌────────┬────────────────┬──────────────────────┬────────────────────────┬────────────────────────┐
│ Change │ Resource       │ Input                │ Before                 │ After                  │
├────────┼────────────────┼──────────────────────┼────────────────────────┼────────────────────────┤
│ update │ Service worker │ template.containers. │ "europe-west1-docker.  │ "europe-west1-docker.  │
│        │                │ 0.image              │ pkg.dev/my-project/    │ pkg.dev/my-project/    │
│        │                │                      │ dev-worker/worker@     │ dev-worker/worker@     │
│        │                │                      │ sha256:aaaaaaaaaaaa…"  │ sha256:bbbbbbbbbbbb…"  │
├────────┼────────────────┼──────────────────────┼────────────────────────┼────────────────────────┤
│        │                │ TASKS_QUEUES.email.  │ 3                      │ 4                      │
│        │                │ maxAttempts          │                        │                        │
└────────┴────────────────┴──────────────────────┴────────────────────────┴────────────────────────┘`);
  });

  it("tells of what a rule newly refuses before what changes", () => {
    const changes = [
      change("update", JOB, "daily", [{ path: "schedule", before: "1", after: "2" }]),
    ];
    const violation = { rule: "r", severity: "mandatory" as const, message: "Not so." };
    const violations = [
      { ...violation, message: "Old.", isNew: false },
      { ...violation, isNew: true },
    ];

    const text = terminalReport({ stack: "dev", changes, violations, notes: [] }, 100);

    const rows = text.split("\n").filter((line) => /│ (mandatory|update)/.test(line));
    expect(rows.map((row) => row.replaceAll(/ +/g, " "))).toEqual([
      "│ mandatory, new │ r │ Not so. │",
      "│ mandatory │ r │ Old. │",
      "│ update │ Job daily │ schedule │ 1 │ 2 │",
    ]);
  });

  it("names at most four resources of a type, and puts first what tasks depend on", () => {
    const changes = [
      ...["a", "b", "c", "d", "e"].map((name) => change("update", ALERT_POLICY, name)),
      change("create", "random:index/randomId:RandomId", "pages"),
      change("create", JOB, "hourly"),
      change("create", JOB, "daily"),
      change("create", QUEUE, "pages"),
      change("update", "gcp:cloudrunv2/service:Service", "worker"),
    ];

    const text = terminalReport({ stack: "dev", changes, violations: [], notes: [] }, 100);

    expect(text.split("\n").slice(0, 3)).toEqual([
      "dev: 6 to change in place, 4 to create.",
      "  changed   Service worker; 5 AlertPolicy",
      "  added     Queue pages; Job hourly, daily",
    ]);
  });

  it("tells of a new queue in a sentence, and of an alert that it watches something else", () => {
    const entry = "template.containers.0.envs.TASKS_QUEUES.value.pages";
    const query = (queues: string) => JSON.stringify(`sum({queue_id=~"${queues}"})`);
    const alert = "conditions.0.conditionPrometheusQueryLanguage.query";
    const changes = [
      change("create", QUEUE, "pages", [
        { path: "rateLimits.maxConcurrentDispatches", after: "2" },
        { path: "rateLimits.maxDispatchesPerSecond", after: "5" },
        { path: "retryConfig.maxAttempts", after: "-1" },
        { path: "retryConfig.maxBackoff", after: '"600s"' },
        { path: "retryConfig.minBackoff", after: '"10s"' },
      ]),
      change("create", "random:index/randomId:RandomId", "pages"),
      change("create", "random:index/randomUuid7:RandomUuid7", "watch-queue:pages"),
      change("update", "gcp:cloudrunv2/service:Service", "worker", [
        { path: `${entry}.name`, after: '"projects/p/locations/l/queues/dev-pages-00000000"' },
        { path: `${entry}.maxAttempts`, after: "5" },
      ]),
      change("update", ALERT_POLICY, "watch-tasks-wait", [
        { path: alert, before: query("email"), after: query("email|pages") },
        { path: "documentation.content", before: '"On email."', after: '"On email and pages."' },
      ]),
    ];

    const text = terminalReport({ stack: "dev", changes, violations: [], notes: [] }, 120);

    expect(text).toBe(`dev: 2 to change in place, 3 to create.
  changed   Service worker; AlertPolicy watch-tasks-wait
  added     Queue pages
Queue 'pages' is added: 5 tasks a second, 2 at a time, 5 attempts, 10s to 600s apart, with 2 resources of its own.
No queue loses the tasks that it holds, and none ends them sooner. 'npm run contract' says whether the worker still understands them.
┌────────┬──────────────────────────────┬────────────────────┬────────┬────────────────────┐
│ Change │ Resource                     │ Input              │ Before │ After              │
├────────┼──────────────────────────────┼────────────────────┼────────┼────────────────────┤
│ update │ Service worker               │ TASKS_QUEUES.pages │        │ added              │
├────────┼──────────────────────────────┼────────────────────┼────────┼────────────────────┤
│ update │ AlertPolicy watch-tasks-wait │ conditions         │        │ another expression │
└────────┴──────────────────────────────┴────────────────────┴────────┴────────────────────┘`);
  });

  it("tells of a queue's random id only that another takes its place", () => {
    const id = (operation: ResourceChange["operation"], name: string) =>
      change(operation, "random:index/randomId:RandomId", name);
    const changes = [id("replace", "email"), id("create", "sms"), id("delete", "fax")];

    const text = terminalReport({ stack: "dev", changes, violations: [], notes: [] }, 100);

    expect(text.split("\n").slice(0, 4)).toEqual([
      "dev: 1 to delete, 1 to replace, 1 to create.",
      "  deleted   RandomId fax",
      "  replaced  RandomId email",
      "  added     RandomId sms",
    ]);
    expect(text.match(/│ \w+ +│ RandomId \w+/g)).toEqual(["│ replace │ RandomId email"]);
  });

  it("tells of a dashboard's tiles together, and of a long text where it differs", () => {
    const tile = (name: string, key: string) => `dashboardJson.mosaicLayout.tiles.${name}.${key}`;
    const query = (end: string) => JSON.stringify(`${"a".repeat(500)} or ${end}`);
    const changes = [
      change("update", ALERT_POLICY, "watch", [
        { path: "conditions.0.query", before: query("b"), after: query(`cc${"d".repeat(500)}`) },
      ]),
      change("update", "gcp:monitoring/dashboard:Dashboard", "watch", [
        { path: tile("p99.9 of pages", "xPos"), after: "0" },
        { path: tile("p99.9 of pages", "widget.title"), after: '"p99.9 of pages"' },
        { path: tile("sms", "widget.title"), before: '"sms"' },
        { path: tile("tasks", "yPos"), before: "64", after: "80" },
        { path: tile("memory", "yPos"), before: "64", after: "80" },
        { path: tile("time", "yPos"), before: "64", after: "80" },
        { path: tile("time", "widget.xyChart.dataSets.0.plotType"), before: "1", after: "2" },
      ]),
    ];

    const text = terminalReport({ stack: "dev", changes, violations: [], notes: [] }, 400);

    const rows = text
      .split("\n")
      .filter((line) => line.startsWith("│"))
      .map((row) =>
        row
          .split("│")
          .slice(3, 6)
          .map((cell) => cell.trim()),
      );
    expect(rows.slice(1)).toEqual([
      [
        "conditions.0.query",
        `…${"a".repeat(16)} or b"`,
        `…${"a".repeat(16)} or cc${"d".repeat(38)}…`,
      ],
      ["dashboardJson", "", "1 tile added: 'p99.9 of pages'; 1 tile removed: 'sms'; 2 tiles moved"],
      [tile("time", "yPos"), "64", "80"],
      [tile("time", "widget.xyChart.dataSets.0.plotType"), "1", "2"],
    ]);
    expect(text.split("\n").at(-1)).toBe(
      "Long values are shown where they differ. '--json' has more of them.",
    );
  });
});
