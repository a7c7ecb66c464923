import * as pulumi from "@pulumi/pulumi";
import { FIXTURE } from "../support/fixtureProject.ts";
import {
  allRegistrations,
  type Registration,
  stackConfig,
  startDeployment,
  valueOf,
} from "../support/pulumi.ts";

jest.mock("../../infra/bundle.ts", () => ({ bundleWorker: jest.fn() }));

/** What a user sets in stacks that come without a project. */
const OWN = {
  "gcp:project": "my-project",
  "background-tasks:settings":
    '{"mailFrom":"tasks@example.com","smtpUrl":"smtp://mail.example.com"}',
};

/** What one sets in prod besides. */
const WATCHED = {
  "background-tasks:canary": "*/5 * * * *",
  "background-tasks:alerts": JSON.stringify({
    page: ["projects/my-project/notificationChannels/1"],
    tell: ["email:team@example.com"],
  }),
};

type Program = typeof import("../fixtures/project/infra/index.ts");

async function runProgram(stack: string, config: Record<string, string> = {}): Promise<Program> {
  await startDeployment(stackConfig(`${FIXTURE}/Pulumi.${stack}.yaml`, config), stack);
  let program: Program | undefined;
  await jest.isolateModulesAsync(async () => {
    program = await import("../fixtures/project/infra/index.ts");
    // The program has its own copy of the SDK, and only that knows what is under way.
    const { runtime } = await import("@pulumi/pulumi");
    await runtime.disconnect();
  });
  return program!;
}

/** Every grant of the program: who, as what, on what. */
function grantsIn(all: readonly Registration[]): string[] {
  return all
    .filter(({ type }) => /I[aA][mM]|IAM/.test(type.split(":")[2] ?? ""))
    .map(({ inputs }) => {
      const on = inputs["name"] ?? inputs["secretId"] ?? inputs["serviceAccountId"];
      return `${String(inputs["member"])} ${String(inputs["role"])} ${String(on)}`;
    })
    .sort();
}

/** A map of the program: every resource that each stack has. */
const RESOURCES = [
  "background-tasks:image:WorkerImage worker",
  "background-tasks:queues:DeadLetterQueue dead-letter",
  "background-tasks:queues:QueueNames queue-names",
  "background-tasks:queues:Queues queues",
  "background-tasks:queues:TaskQueue default",
  "background-tasks:queues:TaskQueue email",
  "background-tasks:schedules:Schedules schedules",
  "background-tasks:secrets:StackSecret smtp-url",
  "background-tasks:services:Services services",
  "background-tasks:watch:Watch watch",
  "background-tasks:worker:Worker worker",
  "docker:index/image:Image worker",
  "gcp:artifactregistry/repository:Repository worker",
  "gcp:cloudrunv2/service:Service worker",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember worker-invoker",
  "gcp:cloudscheduler/job:Job daily-digest",
  "gcp:cloudtasks/queue:Queue dead-letter",
  "gcp:cloudtasks/queue:Queue default",
  "gcp:cloudtasks/queue:Queue email",
  "gcp:cloudtasks/queueIamMember:QueueIamMember dead-letter-deleter-worker",
  "gcp:cloudtasks/queueIamMember:QueueIamMember dead-letter-enqueuer-worker",
  "gcp:cloudtasks/queueIamMember:QueueIamMember default-enqueuer-scheduler",
  "gcp:cloudtasks/queueIamMember:QueueIamMember email-enqueuer-worker",
  "gcp:logging/metric:Metric watch-dead-letters",
  "gcp:logging/metric:Metric watch-deliveries",
  "gcp:logging/metric:Metric watch-ended",
  "gcp:logging/metric:Metric watch-pauses",
  "gcp:logging/metric:Metric watch-pings",
  "gcp:logging/metric:Metric watch-runs",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-backlog-grows",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-dead-letter",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-dead-letter-not-kept",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-dead-letters-many",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-dead-letters-steady",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-dead-letters-waiting",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-deliveries-refused",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-instances-used-up",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-tasks-wait",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-work-stands-still",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-worker-breaks",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-worker-silent",
  "gcp:monitoring/dashboard:Dashboard watch",
  "gcp:projects/service:Service services-artifactregistry",
  "gcp:projects/service:Service services-cloudscheduler",
  "gcp:projects/service:Service services-cloudtasks",
  "gcp:projects/service:Service services-iam",
  "gcp:projects/service:Service services-logging",
  "gcp:projects/service:Service services-monitoring",
  "gcp:projects/service:Service services-run",
  "gcp:projects/service:Service services-secretmanager",
  "gcp:projects/serviceIdentity:ServiceIdentity services-cloudtasks-agent",
  "gcp:secretmanager/secret:Secret smtp-url",
  "gcp:secretmanager/secretIamMember:SecretIamMember smtp-url-accessor-worker",
  "gcp:secretmanager/secretVersion:SecretVersion smtp-url",
  "gcp:serviceaccount/account:Account schedules",
  "gcp:serviceaccount/account:Account worker",
  "gcp:serviceaccount/account:Account worker-invoker",
  "gcp:serviceaccount/iAMMember:IAMMember worker-invoker-user-cloud-tasks",
  "random:index/randomId:RandomId dead-letter",
  "random:index/randomId:RandomId default",
  "random:index/randomId:RandomId email",
  "random:index/randomUuid7:RandomUuid7 watch-queue:default",
  "random:index/randomUuid7:RandomUuid7 watch-queue:email",
  "random:index/randomUuid7:RandomUuid7 watch-worker:worker",
];

/** What watches a schedule that is not paused. */
const OF_SCHEDULES = [
  "gcp:monitoring/alertPolicy:AlertPolicy watch-schedule-failed",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-schedule-missed",
  "random:index/randomUuid7:RandomUuid7 watch-schedule:daily-digest",
];

/** The canary, what watches it, and the channel of an address. */
const OF_PROD = [
  "gcp:cloudscheduler/job:Job ping:default",
  "gcp:cloudscheduler/job:Job ping:email",
  "gcp:cloudtasks/queueIamMember:QueueIamMember email-enqueuer-scheduler",
  "gcp:monitoring/alertPolicy:AlertPolicy watch-queue-silent",
  "gcp:monitoring/notificationChannel:NotificationChannel watch-team@example.com",
];

describe("the program", () => {
  it.each([
    { stack: "dev", config: OWN, besides: [] },
    { stack: "prod", config: { ...OWN, ...WATCHED }, besides: [...OF_SCHEDULES, ...OF_PROD] },
    { stack: "local", config: OWN, besides: OF_SCHEDULES },
  ])("makes these resources in stack $stack", async ({ stack, config, besides }) => {
    await runProgram(stack, config);

    const all = await allRegistrations();
    expect(all.map(({ type, name }) => `${type} ${name}`).sort()).toEqual(
      [...RESOURCES, ...besides].sort(),
    );
  });

  it("lets people see and operate it, each as far as the stack says", async () => {
    await runProgram("prod", {
      ...OWN,
      "background-tasks:operators": '["group:oncall@example.com"]',
      "background-tasks:viewers": '["group:support@example.com"]',
    });

    const all = await allRegistrations();
    const to = (group: string): string[] =>
      grantsIn(all).flatMap((grant) =>
        grant.startsWith(group) ? grant.slice(group.length + 1) : [],
      );
    const queues = ["dead-letter", "default", "email"].map((key) => `prod-${key}-ff89ab45`);
    const onEach = (role: string): string[] => queues.map((queue) => `${role} ${queue}`);
    const seen = [
      "roles/run.viewer prod-worker",
      ...["cloudscheduler.viewer", "logging.viewer", "monitoring.viewer"].map(
        (role) => `roles/${role} undefined`,
      ),
    ];
    expect(to("group:oncall@example.com")).toEqual(
      [
        ...onEach("projects/my-project/roles/prod_pauser_5a6288c4"),
        ...["enqueuer", "taskDeleter", "viewer"].flatMap((role) =>
          onEach(`roles/cloudtasks.${role}`),
        ),
        "roles/cloudscheduler.jobRunner undefined",
        "roles/logging.logWriter undefined",
        ...seen,
      ].sort(),
    );
    expect(to("group:support@example.com")).toEqual(
      [...onEach("projects/my-project/roles/prod_viewer_5a6288c4"), ...seen].sort(),
    );
    const roles = all.filter(({ type }) => type.endsWith(":IAMCustomRole"));
    expect(roles.map(({ inputs }) => [inputs["roleId"], inputs["permissions"]])).toEqual([
      [
        "prod_pauser_5a6288c4",
        ["cloudtasks.queues.get", "cloudtasks.queues.pause", "cloudtasks.queues.resume"],
      ],
      [
        "prod_viewer_5a6288c4",
        ["cloudtasks.queues.get", "cloudtasks.tasks.get", "cloudtasks.tasks.list"],
      ],
    ]);
  });

  it("grants this, and nothing else", async () => {
    await runProgram("prod", {
      ...OWN,
      "background-tasks:enqueuers": '["serviceAccount:web@my-project.iam.gserviceaccount.com"]',
      "background-tasks:cancellers": '["serviceAccount:web@my-project.iam.gserviceaccount.com"]',
    });

    const account = (id: string): string =>
      `serviceAccount:${id}@my-project.iam.gserviceaccount.com`;
    const web = "serviceAccount:web@my-project.iam.gserviceaccount.com";
    expect(grantsIn(await allRegistrations())).toEqual([
      `${account("prod-invoker")} roles/run.invoker prod-worker`,
      `${account("prod-scheduler")} roles/cloudtasks.enqueuer prod-default-ff89ab45`,
      `${account("prod-worker")} roles/cloudtasks.enqueuer prod-dead-letter-ff89ab45`,
      `${account("prod-worker")} roles/cloudtasks.enqueuer prod-email-ff89ab45`,
      `${account("prod-worker")} roles/cloudtasks.taskDeleter prod-dead-letter-ff89ab45`,
      `${account("prod-worker")} roles/secretmanager.secretAccessor prod-smtp-url`,
      "serviceAccount:service-1@gcp-sa-cloudtasks.iam.gserviceaccount.com roles/iam.serviceAccountUser " +
        "projects/my-project/serviceAccounts/prod-invoker@my-project.iam.gserviceaccount.com",
      `${web} roles/cloudtasks.enqueuer prod-default-ff89ab45`,
      `${web} roles/cloudtasks.enqueuer prod-email-ff89ab45`,
      `${web} roles/cloudtasks.taskDeleter prod-default-ff89ab45`,
      `${web} roles/cloudtasks.taskDeleter prod-email-ff89ab45`,
    ]);
  });

  it.each([
    { after: "the stack", prefix: "" },
    { after: "its prefix and the stack", prefix: "acme-" },
  ])("names everything that has a name in the cloud after $after", async ({ prefix }) => {
    await runProgram("prod", {
      ...OWN,
      "background-tasks:namePrefix": prefix,
      "background-tasks:requestLogs": "failures",
    });

    const all = await allRegistrations();
    const names = all.flatMap(({ type, inputs }) =>
      ["name", "accountId", "secretId", "repositoryId"]
        .filter((key) => key in inputs && type.startsWith("gcp:") && !type.endsWith("Member"))
        .map((key) => `${type.slice(type.lastIndexOf(":") + 1)} ${String(inputs[key])}`),
    );
    expect(names.sort()).toEqual([
      `Account ${prefix}prod-invoker`,
      `Account ${prefix}prod-scheduler`,
      `Account ${prefix}prod-worker`,
      `Job ${prefix}prod-daily-digest`,
      `Metric ${prefix}prod-dead-letters`,
      `Metric ${prefix}prod-deliveries`,
      `Metric ${prefix}prod-ended`,
      `Metric ${prefix}prod-pauses`,
      `Metric ${prefix}prod-pings`,
      `Metric ${prefix}prod-runs`,
      `ProjectExclusion ${prefix}prod-requests-done`,
      `Queue ${prefix}prod-dead-letter-ff89ab45`,
      `Queue ${prefix}prod-default-ff89ab45`,
      `Queue ${prefix}prod-email-ff89ab45`,
      `Repository ${prefix}prod-worker`,
      `Secret ${prefix}prod-smtp-url`,
      `Service ${prefix}prod-worker`,
    ]);
  });

  it("tells where the worker and the queues are, and what a producer needs", async () => {
    const program = await runProgram("prod", OWN);

    const parent = "projects/my-project/locations/europe-west1";
    expect(await valueOf(pulumi.output(program.operations))).toEqual({
      stack: "prod",
      project: "my-project",
      region: "europe-west1",
      protect: true,
      queues: {
        email: `${parent}/queues/prod-email-ff89ab45`,
        default: `${parent}/queues/prod-default-ff89ab45`,
        "dead-letter": `${parent}/queues/prod-dead-letter-ff89ab45`,
      },
      queueSettings: {
        email: {
          // As this stack overrides them.
          rateLimits: { maxDispatchesPerSecond: 50, maxConcurrentDispatches: 40 },
          retryConfig: { maxAttempts: -1, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
          maxAttempts: 8,
          maxWait: "900s",
        },
        default: {
          rateLimits: { maxDispatchesPerSecond: 50, maxConcurrentDispatches: 20 },
          retryConfig: { maxAttempts: -1, minBackoff: "10s", maxBackoff: "900s", maxDoublings: 6 },
          maxAttempts: 10,
          maxWait: "900s",
        },
      },
      schedules: { "daily-digest": `${parent}/jobs/prod-daily-digest` },
      alerts: Object.fromEntries(
        [
          ...["dead-letter", "dead-letters-many", "dead-letters-steady", "dead-letters-waiting"],
          ...["dead-letter-not-kept", "work-stands-still", "deliveries-refused", "worker-silent"],
          ...["tasks-wait", "backlog-grows", "schedule-failed", "schedule-missed"],
          ...["worker-breaks", "instances-used-up"],
        ].map((key) => [
          key,
          expect.stringMatching(/^projects\/my-project\/alertPolicies\/[0-9a-f]{8}$/),
        ]),
      ),
      logMetrics: Object.fromEntries(
        ["ended", "dead-letters", "pings", "deliveries", "runs", "pauses"].map((key) => [
          key,
          `logging.googleapis.com/user/prod-${key}`,
        ]),
      ),
      workers: [
        {
          name: "worker",
          service: `${parent}/services/prod-worker`,
          url: "https://prod-worker-14fa84cb.a.run.app",
          invoker: "prod-invoker@my-project.iam.gserviceaccount.com",
          queues: ["email", "default"],
        },
      ],
      imageRepository: "europe-west1-docker.pkg.dev/my-project/prod-worker/worker",
    });
    const { TASKS_QUEUES, ...others } = program.clientEnvironment;
    expect(others).toEqual({});
    expect(JSON.parse(await valueOf(TASKS_QUEUES))).toEqual({
      email: {
        name: `${parent}/queues/prod-email-ff89ab45`,
        dispatchDeadline: "60s",
        maxAttempts: 8,
        maxDeliveries: 152,
      },
      default: {
        name: `${parent}/queues/prod-default-ff89ab45`,
        dispatchDeadline: "300s",
        maxAttempts: 10,
        maxDeliveries: 103,
      },
    });
  });

  it("tells a producer, and no worker, where the local cloud is that it is on", async () => {
    const program = await runProgram("prod", {
      ...OWN,
      "gcp:cloudTasksCustomEndpoint": "http://127.0.0.1:8123/v2/",
    });

    const { TASKS_QUEUES, ...others } = program.clientEnvironment;
    expect(await valueOf(TASKS_QUEUES)).toContain("prod-email-ff89ab45");
    expect(others).toEqual({ TASKS_ENDPOINT: "http://127.0.0.1:8123" });
    const service = (await allRegistrations()).find(
      ({ type }) => type === "gcp:cloudrunv2/service:Service",
    );
    expect(JSON.stringify(service?.inputs)).not.toContain("TASKS_ENDPOINT");
  });

  it("gives the worker the queues, the invoker and the mail server", async () => {
    await runProgram("local", OWN);

    const all = await allRegistrations();
    const service = all.find(({ type }) => type === "gcp:cloudrunv2/service:Service");
    const template = service?.inputs["template"] as { containers: { envs: { name: string }[] }[] };
    expect(template.containers[0]!.envs.map(({ name }) => name)).toEqual([
      "TASKS_QUEUES",
      "TASKS_DEAD_LETTER_QUEUE",
      "MAIL_FROM",
      "TASKS_INVOKER",
      "SMTP_URL",
    ]);
  });

  it("sends the local digest to three addresses, and retries at once", async () => {
    await runProgram("local", OWN);

    const all = await allRegistrations();
    const job = all.find(({ type }) => type === "gcp:cloudscheduler/job:Job");
    const { body } = job?.inputs["httpTarget"] as { body: string };
    const decode = (text: string): string => Buffer.from(text, "base64").toString();
    const { task } = JSON.parse(decode(body)) as { task: { httpRequest: { body: string } } };
    expect(JSON.parse(decode(task.httpRequest.body))).toMatchObject({
      recipients: ["team@local.example", "support@local.example", "on-call@local.example"],
    });
    const queues = all.filter(({ type }) => type === "gcp:cloudtasks/queue:Queue");
    expect(queues.map(({ name, inputs }) => [name, inputs["retryConfig"]])).toEqual([
      ["email", { maxAttempts: -1, minBackoff: "0.1s", maxBackoff: "1s", maxDoublings: 3 }],
      ["default", { maxAttempts: -1, minBackoff: "0.1s", maxBackoff: "1s", maxDoublings: 3 }],
      ["dead-letter", { maxAttempts: -1, minBackoff: "3600s", maxBackoff: "3600s" }],
    ]);
  });

  it("registers nothing where the configuration has a problem", async () => {
    await expect(runProgram("dev", { "gcp:project": "my-project" })).rejects.toThrow(
      "The configuration of stack 'dev' has 2 problems.",
    );

    expect(await allRegistrations()).toEqual([]);
  });
});
