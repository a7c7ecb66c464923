import { reportOf } from "../../../review/diff/stackDiff.ts";
import { terminalReport } from "../../../review/diff/terminal.ts";
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
    expect(lines.slice(0, 2)).toEqual([
      "dev: 1 to delete, 1 to change in place.",
      "Queue 'email' is deleted, and the tasks that it holds with it. Mark it 'retired: true' first and let it drain.",
    ]);
    const rows = lines.filter((line) => /Queue email|Job daily/.test(line));
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
});
