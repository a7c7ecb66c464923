import { FIXTURE } from "../../../../test/support/fixtureProject.ts";
import { readStackConfig } from "@background-tasks/program/stack/stackConfig.ts";
import type { StackResource } from "@background-tasks/program/apply/deployment.ts";
import { applyWithout } from "../support/applyWithout.ts";
import type { Parsed } from "@background-tasks/cloud/test/support/localApi.ts";
import { outputsSchema, type Outputs } from "../../stack/outputs.ts";
import { startTestStack, type TestStack } from "../support/localStack.ts";
import { sendTo } from "@background-tasks/cloud/test/support/rawHttp.ts";

/*
 * Without any one of its grants, the stack fails on the local cloud where it would at Google, and what is
 * told names the permission and the resource.
 */

const LOCATION = "projects/local-project/locations/europe-west1";
const IAM_MEMBER = /IAMMember$|IamMember$/;

const account = (id: string): string =>
  `serviceAccount:${id}@local-project.iam.gserviceaccount.com`;
const mail = { to: "ada@example.com", subject: "Hello", text: "It works." };
const digest = {
  recipients: ["ada@example.com"],
  timeZone: "Europe/Berlin",
  dayStartsAt: "06:00",
};

/** The stack with all its grants, and the one under test without one. */
let whole: readonly StackResource[];
let stack: TestStack;

beforeAll(async () => {
  await using complete = await startTestStack();
  await complete.deploy();
  whole = complete.local.stack.resources;
});

beforeEach(async () => {
  stack = await startTestStack(answer);
});

afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

/** One address is refused for good. */
function answer(address: string) {
  return address === "nobody@example.com" ? { code: 550, message: "No such user here" } : undefined;
}

/** Applies the program without the grant of that name. */
async function tryWithout(grant: string) {
  const { project, config, secure } = readStackConfig(
    "Pulumi.yaml",
    `${FIXTURE}/Pulumi.local.yaml`,
  );
  const missing = whole.find(({ type, name }) => IAM_MEMBER.test(type) && name === grant);
  return applyWithout(missing!, {
    directory: FIXTURE,
    project,
    stack: "local",
    config,
    secure,
    services: { mail: `smtp://127.0.0.1:${stack.local.smtpPort}` },
    gcpProject: "local-project",
    gcpRegion: "europe-west1",
    endpoint: stack.local.cloud.endpoint,
    deployToken: stack.local.cloud.deployToken,
    // The same random ids, so that the resources have the names that the missing one refers to.
    resources: whole.filter(({ type }) => type === "random:index/randomId:RandomId"),
  });
}

async function deployWithout(grant: string): Promise<Outputs> {
  const { error, outputs } = await tryWithout(grant);
  expect(error).toBeUndefined();
  return outputsSchema.parse(outputs);
}

/** What happens without each grant of the program. */
const WITHOUT: Readonly<Record<string, () => Promise<void>>> = {
  "worker-invoker": async () => {
    const outputs = await deployWithout("worker-invoker");

    await stack.client(outputs).enqueue("send-email", mail);

    expect(await stack.event("deliveryFinished")).toMatchObject({ dispatchCount: 1, status: 403 });
    const { host } = new URL(outputs.operations.workers[0]!.url);
    expect(stack.events("refused")[0]).toEqual({
      host,
      path: "/tasks/send-email",
      status: 403,
      reason:
        "The request was not authenticated. The IAM principal lacks {run.routes.invoke} permission: " +
        `'${account("local-invoker")}' lacks 'run.routes.invoke' on '${LOCATION}/services/local-worker'.`,
    });
    expect(stack.mails).toEqual([]);
  },

  "email-enqueuer-worker": async () => {
    const outputs = await deployWithout("email-enqueuer-worker");

    await stack.client(outputs).enqueue("send-digest", digest);

    expect(await stack.event("deliveryFinished")).toMatchObject({ dispatchCount: 1, status: 422 });
    expect(stack.events("denied")[0]).toEqual({
      member: account("local-worker"),
      permission: "cloudtasks.tasks.create",
      resource: outputs.operations.queues["email"],
    });
  },

  "dead-letter-enqueuer-worker": async () => {
    const outputs = await deployWithout("dead-letter-enqueuer-worker");

    const { name } = await stack
      .client(outputs)
      .enqueue("send-email", { ...mail, to: "nobody@example.com" });

    const delivery = await stack.event("deliveryFinished");
    expect(delivery).toMatchObject({ task: name, dispatchCount: 1, status: 500 });
    expect(delivery.retryTime).toBeGreaterThan(delivery.dispatchTime);
    expect(stack.events("denied")[0]).toEqual({
      member: account("local-worker"),
      permission: "cloudtasks.tasks.create",
      resource: outputs.operations.queues["dead-letter"],
    });
    expect(await stack.api.get(`/v2/${name}`)).toMatchObject({ name });
  },

  "dead-letter-deleter-worker": async () => {
    const outputs = await deployWithout("dead-letter-deleter-worker");

    // A delivery whose predecessor was never answered: a dead letter may have been written then.
    const reply = await deliver(outputs, { retryCount: 1, executionCount: 0 });

    expect(reply.status).toBe(204);
    expect(stack.events("denied")).toEqual([
      {
        member: account("local-worker"),
        permission: "cloudtasks.tasks.delete",
        resource: outputs.operations.queues["dead-letter"],
      },
    ]);
    const { line } = await workerLine("left a dead letter of it");
    expect(JSON.parse(line)).toMatchObject({ severity: "WARNING", outcome: "done", status: 204 });
  },

  "default-enqueuer-scheduler": async () => {
    const outputs = await deployWithout("default-enqueuer-scheduler");

    await stack.api.post(`/v1/${LOCATION}/jobs/local-daily-digest:run`);

    expect(await stack.event("jobFinished")).toMatchObject({
      job: `${LOCATION}/jobs/local-daily-digest`,
      status: 403,
    });
    expect(stack.events("denied")[0]).toEqual({
      member: account("local-scheduler"),
      permission: "cloudtasks.tasks.create",
      resource: outputs.operations.queues["default"],
    });
    expect(stack.events("taskCreated")).toEqual([]);
  },

  "smtp-url-accessor-worker": async () => {
    const { error, resources } = await tryWithout("smtp-url-accessor-worker");

    const secret = "projects/local-project/secrets/local-smtp-url";
    expect(error).toContain("Cannot create 'worker' (gcp:cloudrunv2/service:Service): ");
    expect(error).toContain(
      `Permission 'secretmanager.versions.access' denied on secret: ${secret}/versions/1 for ` +
        "Revision service account local-worker@local-project.iam.gserviceaccount.com.",
    );
    expect(stack.events("denied")).toEqual([
      {
        member: account("local-worker"),
        permission: "secretmanager.versions.access",
        resource: secret,
      },
    ]);
    expect(resources.map(({ type }) => type)).not.toContain("gcp:cloudtasks/queue:Queue");
  },
};

/** Google's own agents may act as accounts here without being granted it. */
const NOT_ENFORCED = ["worker-invoker-user-cloud-tasks"];

describe("The stack without a grant", () => {
  it("is tried without each grant of the program", () => {
    const grants = whole.filter(({ type }) => IAM_MEMBER.test(type)).map(({ name }) => name);

    expect([...Object.keys(WITHOUT), ...NOT_ENFORCED].sort()).toEqual(grants.sort());
  });

  it.each(Object.keys(WITHOUT))(
    "fails without '%s', naming permission and resource",
    async (one) => {
      await WITHOUT[one]!();

      expect.hasAssertions();
    },
  );
});

function workerLine(part: string) {
  return stack.event("containerLog", ({ line }) => line.includes(part));
}

/** Delivers a mail to the worker by the door from inside, as the invoker. */
async function deliver(
  outputs: Outputs,
  { retryCount, executionCount }: { retryCount: number; executionCount: number },
) {
  const queue = outputs.operations.queues["email"]!;
  const { token }: Parsed = await stack.api.post(
    `/v1/projects/-/serviceAccounts/${outputs.operations.workers[0]!.invoker}:generateIdToken`,
    { audience: outputs.operations.workers[0]!.url, includeEmail: true },
  );
  return sendTo(stack.local.cloud.insidePort, {
    method: "POST",
    path: "/tasks/send-email",
    headers: {
      host: new URL(outputs.operations.workers[0]!.url).host,
      authorization: `Bearer ${String(token)}`,
      "content-type": "application/json",
      "x-cloudtasks-queuename": queue.slice(queue.lastIndexOf("/") + 1),
      "x-cloudtasks-taskname": "a-task",
      "x-cloudtasks-taskretrycount": String(retryCount),
      "x-cloudtasks-taskexecutioncount": String(executionCount),
      "x-cloudtasks-tasketa": "1795521600.250000",
    },
    body: JSON.stringify(mail),
  });
}
