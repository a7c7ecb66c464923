import { startLocalCloud, type LocalCloud } from "@background-tasks/cloud/startLocalCloud.ts";
import { ALERT_POLICY_LIMITS } from "@background-tasks/google/alertPolicyLimits.ts";
import { apiAt, type Api } from "@background-tasks/program/resources/api.ts";
import { alertsOf, conditionsOf } from "../../../infra/alerts/alerts.ts";
import { linksOf, type AlertLink } from "../../../infra/alerts/links.ts";
import type { AlertKey } from "../../../infra/alerts/texts.ts";
import type { Watched } from "../../../infra/alerts/watched.ts";
import { watchedStack } from "./watchedStack.ts";

const CONSOLE = "https://console.cloud.google.com";
const [email] = watchedStack().queues;
const [worker] = watchedStack().workers;
const [digest] = watchedStack().schedules;

/** A stack with so many of each thing. */
function large(count: number): Watched {
  const numbers = Array.from({ length: count }, (_, i) => i);
  return watchedStack({
    queues: numbers.map((i) => ({ ...email!, key: `q${i}`, pingJob: `prod-ping-q${i}` })),
    workers: numbers.map((i) => ({ ...worker!, key: `w${i}`, service: `prod-worker-w${i}` })),
    schedules: numbers.map((i) => ({ ...digest!, key: `s${i}`, job: `prod-s${i}` })),
  });
}

const stacks: readonly [string, Watched][] = [
  ["one of each", watchedStack()],
  ["two hundred of each", large(200)],
  ["no schedule", watchedStack({ schedules: [] })],
];
const all = stacks.flatMap(([size, watched]) =>
  alertsOf(watched).map(({ key }) => ({ size, key, watched })),
);

/** What a link to the log asks for. */
function entriesIn(links: readonly AlertLink[]): { query: string; duration: string } {
  const { url = "" } = links.find(({ displayName }) => displayName.startsWith("Entries")) ?? {};
  const [, query = "", duration = ""] = /\/logs\/query;query=([^;/?]*);duration=(\w+)\?/.exec(url)!;
  return { query: decodeURIComponent(query), duration };
}

const urls = (key: AlertKey, watched = watchedStack()): string[] =>
  linksOf(key, watched, undefined).map(({ url }) => url);

describe("linksOf", () => {
  it.each(all)("are of $key, of this project, as Google takes them: $size", ({ key, watched }) => {
    const links = linksOf(key, watched, "https://wiki.example.com/tasks");

    expect(links.length).toBeLessThanOrEqual(ALERT_POLICY_LIMITS.links);
    expect(new Set(links.map(({ displayName }) => displayName)).size).toBe(links.length);
    const [runbook, ...own] = links;
    expect(runbook).toEqual({ displayName: "Runbook", url: "https://wiki.example.com/tasks" });
    expect(own).toHaveLength(2);
    for (const { displayName, url } of own) {
      expect(displayName).toMatch(/^.{1,63}$/);
      expect(url.length).toBeLessThanOrEqual(ALERT_POLICY_LIMITS.linkUrl);
      // Nothing for Cloud Monitoring to put a value in place of, and no mark that ends a part of the path.
      expect(url).toMatch(/^https:\/\/console\.cloud\.google\.com\/[\w/;=%.~-]+\?project=[\w-]+$/);
      expect(new URL(url).searchParams.get("project")).toBe("my-project");
    }
  });

  it("has none of a page that a stack does not name", () => {
    expect(linksOf("tasks-wait", watchedStack(), undefined).map(({ displayName }) => displayName)) //
      .toEqual(["Queues in Cloud Tasks", "Entries in Logs Explorer"]);
  });

  it("leads to what the alert is about", () => {
    expect(urls("queue-silent")[0]).toBe(`${CONSOLE}/cloudtasks?project=my-project`);
    expect(urls("schedule-missed")[0]).toBe(`${CONSOLE}/cloudscheduler?project=my-project`);
    expect(urls("worker-silent")[0]).toBe(
      `${CONSOLE}/run/detail/europe-west1/prod-worker/metrics?project=my-project`,
    );
    expect(urls("worker-silent", large(2))[0]).toBe(`${CONSOLE}/run?project=my-project`);
  });

  it("leads to the entries that opened the alert, or that tell of it", () => {
    expect(urls("deliveries-refused")[1]).toBe(
      `${CONSOLE}/logs/query;query=log_id%28%22run.googleapis.com%2Frequests%22%29%20AND%20` +
        "resource.type%3D%22cloud_run_revision%22%20AND%20resource.labels.service_name%3D~%22%5E%28prod-worker%29%24%22" +
        "%20AND%20httpRequest.userAgent%3D%22Google-Cloud-Tasks%22%20AND%20" +
        "httpRequest.status%3D%28401%20OR%20403%20OR%20404%29;duration=P1D?project=my-project",
    );
    for (const { key, condition } of alertsOf(watchedStack())) {
      if (condition.kind !== "log") continue;
      const links = linksOf(key, watchedStack(), undefined);
      expect(entriesIn(links)).toEqual({ query: condition.filter, duration: "P1D" });
    }
  });

  it("names all by how they begin where their names would be too long", () => {
    const { query } = entriesIn(linksOf("dead-letter", large(200), undefined));

    expect(query).toContain('resource.labels.service_name=~"^(prod-worker-w.*)$"');
    const jobs = entriesIn(linksOf("schedule-failed", large(100), undefined)).query;
    expect(jobs).toContain('resource.labels.job_id=~"^(prod-.*)$"');
    const few = entriesIn(linksOf("schedule-failed", large(2), undefined)).query;
    expect(few).toContain('"^(prod-s0|prod-s1|prod-ping-q0|prod-ping-q1)$"');
  });

  it("has no link to a log of what is too long even so", () => {
    const service = "w".repeat(2000);
    const watched = watchedStack({ workers: [{ ...worker!, service }] });

    expect(linksOf("tasks-wait", watched, undefined).map(({ displayName }) => displayName)) //
      .toEqual(["Queues in Cloud Tasks"]);
  });
});

describe("The log that a link leads to", () => {
  const PROJECT = "local-project";
  let cloud: LocalCloud;
  let api: Api;

  beforeAll(async () => {
    cloud = await startLocalCloud({
      clock: "virtual",
      startTime: new Date("2026-11-24T12:00:00Z"),
    });
    api = apiAt(cloud.endpoint);
    const entry = (log: string, type: string, labels: object, rest: object): object => ({
      logName: `projects/${PROJECT}/logs/${encodeURIComponent(log)}`,
      resource: { type, labels: { project_id: PROJECT, ...labels } },
      ...rest,
    });
    const run = (log: string, rest: object, service = "prod-worker"): object =>
      entry(`run.googleapis.com/${log}`, "cloud_run_revision", { service_name: service }, rest);
    const line = (outcome: string, task = "send-email", service?: string): object =>
      run("stdout", { labels: { task }, jsonPayload: { outcome, message: outcome } }, service);
    const request = (status: number, userAgent = "Google-Cloud-Tasks"): object =>
      run("requests", {
        httpRequest: { status, userAgent },
        jsonPayload: { message: String(status) },
      });
    const execution = (job: string, severity: string): object =>
      entry(
        "cloudscheduler.googleapis.com/executions",
        "cloud_scheduler_job",
        { job_id: job },
        {
          severity,
          jsonPayload: { message: `${job} ${severity}` },
        },
      );
    await api.post("/v2/entries:write", {
      entries: [
        ...["done", "retry", "dead-letter", "not-kept"].map((outcome) => line(outcome)),
        line("dead-letter", "send-email", "test-worker"),
        line("done", "ping"),
        run("stdout", { jsonPayload: { message: "started" } }),
        ...[204, 403, 429, 503].map((status) => request(status)),
        request(403, "curl/8"),
        execution("prod-daily-digest", "INFO"),
        execution("prod-daily-digest", "ERROR"),
        execution("test-daily-digest", "ERROR"),
        run("varlog/system", { severity: "ERROR", jsonPayload: { message: "killed" } }),
      ],
    });
  });
  afterAll(() => cloud.stop());

  const found: Readonly<Record<AlertKey, readonly string[]>> = {
    "queue-silent": ["done"],
    "dead-letter": ["dead-letter"],
    "dead-letters-many": ["dead-letter"],
    "dead-letters-steady": ["dead-letter"],
    "dead-letters-waiting": ["dead-letter"],
    "dead-letter-not-kept": ["not-kept"],
    "work-stands-still": ["retry", "dead-letter", "not-kept"],
    "deliveries-refused": ["403"],
    "worker-silent": ["429", "503"],
    "tasks-wait": ["done", "retry", "dead-letter", "not-kept", "done"],
    "backlog-grows": ["done", "retry", "dead-letter", "not-kept", "done"],
    "schedule-failed": ["prod-daily-digest ERROR"],
    "schedule-missed": ["prod-daily-digest INFO", "prod-daily-digest ERROR"],
    "worker-breaks": ["killed"],
    "instances-used-up": ["429"],
  };

  it.each(Object.keys(conditionsOf(watchedStack())) as AlertKey[])(
    "holds what tells of %s, and nothing of another stack",
    async (key) => {
      const answer = await api.post("/v2/entries:list", {
        resourceNames: [`projects/${PROJECT}`],
        filter: entriesIn(linksOf(key, watchedStack(), undefined)).query,
      });
      const { entries = [] } = answer as { entries?: { jsonPayload: { message: string } }[] };

      expect(entries.map(({ jsonPayload }) => jsonPayload.message)).toEqual(found[key]);
    },
  );
});
