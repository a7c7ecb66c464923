import { apiAt, type Api } from "@background-tasks/program/resources/api.ts";
import type { Parsed } from "@background-tasks/cloud/test/support/localApi.ts";
import { VirtualClock } from "@background-tasks/cloud/time/virtualClock.ts";
import { createClient, fromEnvironment, type Client } from "../../../../tasks/client/client.ts";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";
import { hasPromtool, unexpected, type MinuteValues } from "../../../../test/support/promtool.ts";
import { startLocalStack, type LocalStack } from "../../start/localStack.ts";
import { ProjectCopy } from "../support/projectCopy.ts";

/*
 * What the stack's own alerts say of what its own worker wrote, in hours of a virtual clock: the series that the local
 * cloud recorded, and the expressions of the policies that the program registered, by Prometheus's own engine.
 */

const ignore = () => undefined;
const PROJECT = "projects/local-project";
const SERVICE = `${PROJECT}/locations/europe-west1/services/local-worker`;
const MINUTE = 60_000;

let project: ProjectCopy;
let local: LocalStack;
let api: Api;
let client: Client<typeof contract>;
let queue: string;
let start: number;
let recorded: MinuteValues[];
let policies: Parsed[];
/** What the mail server does. */
let server: "well" | "refuses all" = "well";

function clock(): VirtualClock {
  const { clock: own } = local.cloud;
  if (own instanceof VirtualClock) return own;
  throw new Error("The clock is the machine's.");
}

beforeAll(async () => {
  if (!hasPromtool) return;
  project = new ProjectCopy();
  project.edit("Pulumi.local.yaml", "config:", 'config:\n  canary: "*/5 * * * *"');
  local = await startLocalStack({
    directory: project.directory,
    ...{ port: 0, insidePort: 0, smtpPort: 0 },
    ...{ clock: "virtual", allowHost: [], inspect: false },
    ...{ onChange: ignore, onOutput: ignore, onMail: ignore },
    answer(address, attempt) {
      if (server === "refuses all") return { code: 550, message: "No." };
      // A retry that helps.
      const isLate = address.startsWith("late") && attempt === 1;
      return isLate ? { code: 451, message: "Later." } : undefined;
    },
  });
  const problem = await local.stack.apply();
  if (problem !== undefined) throw new Error(problem);
  api = apiAt(local.cloud.endpoint);
  queue = local.stack.operations!.queues["email"]!;
  client = createClient(
    contract,
    fromEnvironment(local.stack.outputs!["clientEnvironment"] as Record<string, string>),
  );
  start = Math.ceil(clock().now() / MINUTE) * MINUTE;
  await clock().advanceTo(start);
  await happen();
  policies = ((await api.get(`/v3/${PROJECT}/alertPolicies`)) as Parsed).alertPolicies;
  recorded = await record();
});

afterAll(async () => {
  if (!hasPromtool) return;
  await local.stop();
  project[Symbol.dispose]();
});

/** Lets minutes pass, in each of which so many mails are enqueued. */
async function pass(minutes: number, mails: number): Promise<void> {
  for (let n = 0; n < minutes; n += 1) {
    for (let i = 0; i < mails; i += 1) {
      const to = `${i === 0 ? "late" : "you"}${clock().now()}@example.com`;
      await client.enqueue("send-email", { to, subject: `${i}`, text: "" });
    }
    await clock().advance(MINUTE);
  }
}

/** An hour in which all is well, and then one trouble after another. */
async function happen(): Promise<void> {
  await pass(60, 3);
  server = "refuses all";
  await pass(6, 30);
  server = "well";
  await pass(14, 3);
  await api.post(`/v2/${queue}:pause`, {});
  await pass(20, 0);
  await api.post(`/v2/${queue}:resume`, {});
  await pass(10, 3);
  const grants = (await api.get(`/v2/${SERVICE}:getIamPolicy`)) as Parsed;
  await api.post(`/v2/${SERVICE}:setIamPolicy`, { policy: {} });
  await pass(10, 1);
  await api.post(`/v2/${SERVICE}:setIamPolicy`, { policy: { bindings: grants.bindings } });
  await pass(15, 3);
}

const METRICS = [
  ...["ended", "dead-letters", "pings", "deliveries", "runs", "pauses"].map(
    (key) => `logging.googleapis.com/user/local-${key}`,
  ),
  "cloudtasks.googleapis.com/queue/depth",
  "cloudtasks.googleapis.com/queue/task_attempt_count",
  "run.googleapis.com/container/instance_count",
];

async function record(): Promise<MinuteValues[]> {
  const all = METRICS.map(async (type): Promise<MinuteValues[]> => {
    const query = new URLSearchParams({
      filter: `metric.type="${type}"`,
      "interval.startTime": new Date(start).toISOString(),
      "interval.endTime": new Date(clock().now()).toISOString(),
    });
    const answer: Parsed = await api.get(`/v3/${PROJECT}/timeSeries?${query.toString()}`);
    const timeSeries: Parsed[] = answer.timeSeries ?? [];
    return timeSeries.map(({ metric, resource, metricKind, points }) => ({
      metric,
      resource,
      kind: metricKind,
      values: new Map(
        points.map(({ interval, value }: Parsed) => [
          Math.round((Date.parse(interval.endTime) - start) / MINUTE),
          Number(value.int64Value),
        ]),
      ),
    }));
  });
  return (await Promise.all(all)).flat();
}

/** What a policy asks, where the time begins with the recording. */
function ruleOf(title: string) {
  const policy = policies.find(({ displayName }) => displayName === `local: ${title}`);
  const {
    query,
    duration,
    evaluationInterval = "60s",
  } = policy.conditions[0].conditionPrometheusQueryLanguage;
  return {
    query: (query as string).replace(
      /(vector\(time\(\)\) > )(\d+)/g,
      (_, before: string, seconds: string) => `${before}${Number(seconds) - start / 1000}`,
    ),
    durationS: parseFloat(duration ?? "0s"),
    everyS: parseFloat(evaluationInterval),
  };
}

const QUEUE = { queue: "email" };
const REFUSED = { service: "local-worker", status: "403" };

/** What fires at which minute; nothing at the others. */
const cases: readonly (readonly [title: string, fires: Readonly<Record<number, object>>])[] = [
  ["A queue does not deliver", { 98: QUEUE }],
  ["Many tasks become dead letters", { 66: {}, 80: {} }],
  ["Tasks become dead letters, slowly", { 66: {}, 80: {}, 98: {}, 109: {}, 119: {}, 134: {} }],
  ["Deliveries are refused before the worker", { 119: REFUSED }],
  ["Work stands still", {}],
  ["The worker does not answer", {}],
  ["A backlog grows", {}],
  ["A schedule did not run", {}],
  ["All instances are in use", {}],
];

const MINUTES = [5, 20, 40, 59, 66, 80, 98, 109, 119, 134];

// A real engine: what PromQL means is not this project's to say.
(hasPromtool ? describe : describe.skip)("What the local cloud recorded of a stack", () => {
  it("is of every expression that the stack asks for", () => {
    const asked = policies
      .filter(({ conditions }) => conditions[0].conditionPrometheusQueryLanguage)
      .map(({ displayName }) => displayName.replace("local: ", ""));

    expect(asked.sort()).toEqual(cases.map(([title]) => title).sort());
    expect([...new Set(recorded.map(({ metric }) => metric.type))].sort()).toEqual(
      METRICS.filter((type) => !type.endsWith("-pauses")).sort(),
    );
  });

  it.each(cases)("is quiet in a healthy hour, and has its cause afterwards: %s", (title, fires) => {
    const expected = MINUTES.map((minute) => ({
      minute,
      labels: fires[minute] ? [fires[minute] as Record<string, string>] : [],
    }));

    expect(unexpected(ruleOf(title), recorded, expected)).toBe("");
  });
});

it("is told where there is no engine to ask", () => {
  if (!hasPromtool) {
    console.warn("Skipped: 'promtool' is not on this machine (apt-get install prometheus).");
  }
  expect(cases).toHaveLength(9);
});
