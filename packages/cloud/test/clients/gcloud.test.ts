import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LOCATION, startClientCloud, type ClientCloud } from "./clientCloud.ts";

const IS_HERE = spawnSync("gcloud", ["--version"]).status === 0;
// One line where it is missing, rather than silence.
if (!IS_HERE) console.warn("gcloud is not installed: its tests are skipped.");

const REGION = "--location=europe-west1";
const ACCOUNT = "caller-of-demo@demo.iam.gserviceaccount.com";

(IS_HERE ? describe : describe.skip)("gcloud", () => {
  let local: ClientCloud;
  let folder: string;

  beforeEach(async () => {
    local = await startClientCloud();
    folder = mkdtempSync(join(tmpdir(), "gcloud-"));
  });
  afterEach(async () => {
    await local[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** Runs a command. Returns its standard output, and its standard error where it fails. */
  async function gcloud(command: string, ...args: string[]): Promise<string> {
    const env = {
      PATH: process.env["PATH"],
      HOME: folder,
      CLOUDSDK_CONFIG: folder,
      CLOUDSDK_CORE_PROJECT: "demo",
      CLOUDSDK_CORE_DISABLE_PROMPTS: "1",
      CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: "1",
      CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: "1",
      CLOUDSDK_AUTH_ACCESS_TOKEN: "local-owner",
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDTASKS: `${local.cloud.endpoint}/`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDSCHEDULER: `${local.cloud.endpoint}/`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: `${local.cloud.endpoint}/`,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_LOGGING: `${local.cloud.endpoint}/`,
    };
    try {
      const { stdout } = await promisify(execFile)("gcloud", [...command.split(" "), ...args], {
        env,
      });
      return stdout.trim();
    } catch (error) {
      return String((error as { stderr: unknown }).stderr).trim();
    }
  }
  const json = async (command: string, ...args: string[]) =>
    JSON.parse(await gcloud(command, ...args, "--format=json"));

  it("manages queues with 'gcloud tasks queues'", async () => {
    const on = ["email", REGION];
    await gcloud("tasks queues create", ...on, "--max-dispatches-per-second=5");
    await gcloud("tasks queues create", "other", REGION);
    await gcloud("tasks queues update", ...on, "--max-attempts=7", "--min-backoff=2s");

    expect(await json("tasks queues describe", ...on)).toMatchObject({
      name: `${LOCATION}/queues/email`,
      rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: 10, maxConcurrentDispatches: 1000 },
      retryConfig: { maxAttempts: 7, minBackoff: "2s", maxBackoff: "3600s", maxDoublings: 16 },
      state: "RUNNING",
    });
    expect(await json("tasks queues list", REGION, "--page-size=1")).toMatchObject([
      { name: `${LOCATION}/queues/email` },
      { name: `${LOCATION}/queues/other` },
    ]);
    await gcloud("tasks queues pause", ...on);
    expect(await gcloud("tasks queues describe", ...on, "--format=value(state)")).toBe("PAUSED");
    await gcloud("tasks queues purge", ...on);
    await gcloud("tasks queues resume", ...on);
    expect(await json("tasks queues describe", ...on)).toMatchObject({
      state: "RUNNING",
      purgeTime: expect.any(String),
    });
    expect(
      await json(
        "tasks queues add-iam-policy-binding",
        ...on,
        "--member=user:a@example.com",
        "--role=roles/cloudtasks.enqueuer",
      ),
    ).toMatchObject({
      bindings: [{ role: "roles/cloudtasks.enqueuer", members: ["user:a@example.com"] }],
    });
    await gcloud("tasks queues delete", ...on);
    expect(await gcloud("tasks queues describe", ...on)).toContain(
      "NOT_FOUND: Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.",
    );
    expect(await gcloud("tasks locations list", "--format=value(locationId)")).toBe("europe-west1");
  });

  it("creates, runs, buffers and deletes tasks with 'gcloud tasks'", async () => {
    const host = new URL(local.workerUrl);
    await local.rest(`POST /v2/${LOCATION}/queues`, {
      name: `${LOCATION}/queues/email`,
      httpTarget: { uriOverride: { scheme: "HTTP", host: host.hostname, port: host.port } },
    });
    const on = ["--queue=email", REGION];
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const create = (id: string) =>
      gcloud(
        "tasks create-http-task",
        id,
        ...on,
        `--url=${local.workerUrl}/run`,
        "--method=PUT",
        "--header=X-Own:own",
        "--body-content=hello",
        `--schedule-time=${later}`,
      );
    await create("one");
    await create("two");

    expect(await gcloud("tasks list", ...on, "--format=value(name)")).toBe("one\ntwo");
    expect(await json("tasks describe", "two", ...on, "--response-view=full")).toMatchObject({
      name: `${LOCATION}/queues/email/tasks/two`,
      httpRequest: { body: Buffer.from("hello").toString("base64"), headers: { "X-Own": "own" } },
    });
    const run = local.delivery();
    await gcloud("tasks run", "one", ...on);
    expect(await run).toMatchObject({ method: "PUT", path: "/run", body: "hello" });
    await gcloud("tasks delete", "two", ...on);
    expect(await gcloud("tasks describe", "two", ...on)).toContain(
      "NOT_FOUND: The task no longer exists, though a task with this name existed recently.",
    );
    const buffered = local.delivery();
    await gcloud("tasks buffer", ...on);
    expect(await buffered).toMatchObject({ method: "POST", path: "/" });
  });

  it("manages jobs with 'gcloud scheduler jobs'", async () => {
    const on = ["nightly", REGION];
    const target = [
      `--uri=${local.workerUrl}/nightly`,
      "--http-method=PUT",
      "--message-body=hello",
    ];
    await gcloud("scheduler jobs create http", ...on, "--schedule=0 3 * * *", ...target);
    await gcloud("scheduler jobs update http", ...on, "--schedule=0 4 * * *");

    expect(await json("scheduler jobs describe", ...on)).toMatchObject({
      name: `${LOCATION}/jobs/nightly`,
      schedule: "0 4 * * *",
      state: "ENABLED",
    });
    expect(await gcloud("scheduler jobs list", REGION, "--format=value(ID)")).toBe("nightly");
    await gcloud("scheduler jobs pause", ...on);
    expect(await gcloud("scheduler jobs describe", ...on, "--format=value(state)")).toBe("PAUSED");
    await gcloud("scheduler jobs resume", ...on);
    const run = local.delivery();
    await gcloud("scheduler jobs run", ...on);
    expect(await run).toMatchObject({ method: "PUT", path: "/nightly", body: "hello" });
    await gcloud("scheduler jobs delete", ...on);
    expect(await gcloud("scheduler jobs describe", ...on)).toContain("NOT_FOUND: Job not found.");
  });

  it("reads the logs with 'gcloud logging read'", async () => {
    await local.rest(`POST /v2/${LOCATION}/queues`, {
      name: `${LOCATION}/queues/email`,
      stackdriverLoggingConfig: { samplingRatio: 1 },
    });
    const finished = local.event("deliveryFinished");
    await local.rest(`POST /v2/${LOCATION}/queues/email/tasks`, {
      task: { httpRequest: { url: `${local.workerUrl}/run` } },
    });
    await finished;
    await gcloud(
      "logging write my-log",
      '{"outcome":"done"}',
      "--payload-type=json",
      "--severity=NOTICE",
    );

    // As docs/operations.md has it.
    const queue = 'resource.type="cloud_tasks_queue" AND resource.labels.queue_id="email"';
    expect(
      (await json("logging read", queue, "--limit", "50"))
        .map(({ jsonPayload }: { jsonPayload: object }) =>
          Object.keys(jsonPayload).find((key) => key.endsWith("Log")),
        )
        // Of one instant, they come in either order.
        .sort(),
    ).toEqual(["attemptDispatchLog", "attemptResponseLog", "taskCreationLog"]);
    expect(
      await gcloud(
        "logging read",
        'jsonPayload.outcome="done" severity>=NOTICE',
        "--freshness=1h",
        "--format=value(logName)",
      ),
    ).toBe("projects/demo/logs/my-log");
    expect(
      await gcloud(
        "logging read",
        'resource.type="cloud_run_revision" AND labels.taskId="TASK"',
        "--limit=50",
      ),
    ).toBe("");
    expect(await gcloud("logging read", "severity>=")).toContain(
      "INVALID_ARGUMENT: Unparseable filter: ",
    );
    await gcloud(
      "logging metrics create failures",
      "--description=Failed",
      "--log-filter=severity>=ERROR",
    );
    expect(await json("logging metrics describe failures")).toMatchObject({
      name: "failures",
      filter: "severity>=ERROR",
    });
    expect(await gcloud("logging logs list", "--format=value(NAME)")).toContain("my-log");
  });

  it("manages accounts with 'gcloud iam service-accounts'", async () => {
    const binding = ["--member=user:a@example.com", "--role=roles/iam.serviceAccountUser"];
    await gcloud("iam service-accounts create", "caller-of-demo", "--display-name=Caller");
    await gcloud("iam service-accounts update", ACCOUNT, "--description=Calls");

    expect(await json("iam service-accounts describe", ACCOUNT)).toMatchObject({
      email: ACCOUNT,
      displayName: "Caller",
      description: "Calls",
    });
    expect(await gcloud("iam service-accounts list", "--format=value(email)")).toContain(ACCOUNT);
    expect(
      await json("iam service-accounts add-iam-policy-binding", ACCOUNT, ...binding),
    ).toMatchObject({
      bindings: [{ role: "roles/iam.serviceAccountUser", members: ["user:a@example.com"] }],
    });
    await gcloud("iam service-accounts disable", ACCOUNT);
    expect(await json("iam service-accounts describe", ACCOUNT)).toMatchObject({ disabled: true });
    await gcloud("iam service-accounts delete", ACCOUNT);
    expect(await gcloud("iam service-accounts describe", ACCOUNT)).toContain(
      `NOT_FOUND: Service account ${ACCOUNT} does not exist.`,
    );
  });
});
