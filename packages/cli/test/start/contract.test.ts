import type { Json } from "@background-tasks/program/resources/api.ts";
import type { StackResource } from "@background-tasks/program/apply/deployment.ts";
import { durationMs } from "../../../../tasks/contract/duration.ts";
import type { Parsed } from "@background-tasks/cloud/test/support/localApi.ts";
import type { Outputs } from "../../stack/outputs.ts";
import { startTestStack, type TestStack } from "../support/localStack.ts";

/*
 * What the program asks for is what the local cloud then holds: each resource is read back over REST and
 * compared with the inputs that the program registered. A type without a comparison fails the stack.
 */

let stack: TestStack;
let outputs: Outputs;
let resources: readonly StackResource[];

beforeAll(async () => {
  stack = await startTestStack();
  outputs = await stack.deploy();
  resources = stack.local.stack.resources;
});

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const LOCATION = "projects/local-project/locations/europe-west1";

/** How a resource of a type is compared with what the cloud holds. */
const COMPARISONS: Readonly<Record<string, (resource: StackResource) => Promise<void>>> = {
  "gcp:cloudtasks/queue:Queue": async ({ inputs }) => {
    const { name, location, desiredState = "RUNNING", ...settings } = inputs as Parsed;

    const queue = await stack.api.get(`/v2/${LOCATION}/queues/${name}`);

    expect(location).toBe("europe-west1");
    expect(withMs(queue)).toEqual({
      ...withMs(settings),
      name: `${LOCATION}/queues/${name}`,
      state: desiredState,
      rateLimits: settings.rateLimits
        ? { ...settings.rateLimits, maxBurstSize: expect.any(Number) }
        : { maxDispatchesPerSecond: 500, maxBurstSize: 100, maxConcurrentDispatches: 1000 },
      retryConfig: withMs({ maxDoublings: 16, ...settings.retryConfig }),
    });
  },

  "gcp:cloudrunv2/service:Service": async ({ inputs }) => {
    const { template, ingress, name } = inputs as Parsed;
    const [{ image, resources: limits, envs, startupProbe, livenessProbe }, ...others] =
      template.containers;

    const service = await stack.api.get(`/v2/${LOCATION}/services/${name}`);

    expect(others).toEqual([]);
    expect(service["ingress"]).toBe(ingress);
    expect(service["invokerIamDisabled"]).toBe(false);
    expect(service["uri"]).toBe(outputs.operations.workers[0]!.url);
    expect(service["template"]).toEqual({
      ...template,
      containers: [
        {
          image,
          resources: limits,
          env: envs,
          ports: [{ containerPort: 8080 }],
          startupProbe: withProbeDefaults(startupProbe),
          livenessProbe: withProbeDefaults(livenessProbe),
        },
      ],
    });
  },

  "gcp:cloudscheduler/job:Job": async ({ inputs }) => {
    const { name, region, paused, httpTarget, retryConfig, ...settings } = inputs as Parsed;

    const job = await stack.api.get(`/v1/${LOCATION}/jobs/${name}`);

    expect(region).toBe("europe-west1");
    expect(job["state"]).toBe(paused ? "PAUSED" : "ENABLED");
    expect(job).toMatchObject({ ...settings, retryConfig, name: `${LOCATION}/jobs/${name}` });
    expect(job["httpTarget"]).toEqual({
      ...httpTarget,
      headers: { ...httpTarget.headers, "User-Agent": "Google-Cloud-Scheduler" },
    });
    expect(httpTarget.uri).toBe(
      `https://cloudtasks.googleapis.com/v2/${outputs.operations.queues["default"]}/tasks`,
    );
    const { task } = JSON.parse(decode(httpTarget.body));
    expect(task).toEqual({
      dispatchDeadline: "300s",
      httpRequest: {
        url: "https://set-by-the-queue.invalid/tasks/send-digest",
        httpMethod: "POST",
        headers: { "Content-Type": "application/json", "Dispatch-Deadline": "300s" },
        body: expect.any(String),
      },
    });
    expect(JSON.parse(decode(task.httpRequest.body))).toEqual({
      recipients: ["team@local.example", "support@local.example", "on-call@local.example"],
      timeZone: "Europe/Berlin",
      dayStartsAt: "06:00",
    });
  },

  "gcp:serviceaccount/account:Account": async ({ inputs }) => {
    const email = `${String(inputs["accountId"])}@local-project.iam.gserviceaccount.com`;

    const account = await stack.api.get(`/v1/projects/local-project/serviceAccounts/${email}`);

    expect(account).toMatchObject({ email, displayName: inputs["displayName"] });
    expect(account["disabled"]).toBeUndefined();
  },

  "gcp:secretmanager/secret:Secret": async ({ inputs }) => {
    const name = `projects/local-project/secrets/${String(inputs["secretId"])}`;

    const secret = await stack.api.get(`/v1/${name}`);

    expect(inputs["replication"]).toEqual({ auto: {} });
    expect(secret).toMatchObject({ name, replication: { automatic: {} } });
  },

  "gcp:secretmanager/secretVersion:SecretVersion": async ({ inputs, id }) => {
    expect(id).toBe(`${String(inputs["secret"])}/versions/1`);

    const { payload } = await stack.api.get(`/v1/${id}:access`);

    expect(decode((payload as { data: string }).data)).toBe(inputs["secretData"]);
    expect(inputs["secretData"]).toBe(`smtp://127.0.0.1:${stack.local.smtpPort}`);
  },

  "gcp:artifactregistry/repository:Repository": async ({ inputs }) => {
    const { repositoryId, location, cleanupPolicies, ...settings } = inputs as Parsed;

    const repository = await stack.api.get(`/v1/${LOCATION}/repositories/${repositoryId}`);

    expect(location).toBe("europe-west1");
    expect(repository).toMatchObject(settings);
    expect(repository["cleanupPolicies"]).toEqual(
      Object.fromEntries(cleanupPolicies.map(({ id, ...policy }: Parsed) => [id, policy])),
    );
  },

  "docker:index/image:Image": async ({ outputs: { repoDigest } }) => {
    // What was pushed is what the worker runs.
    const { template } = (await stack.api.get(`/v2/${LOCATION}/services/local-worker`)) as Parsed;

    expect(template.containers[0].image).toBe(repoDigest);
    expect(repoDigest).toMatch(
      /^europe-west1-docker\.pkg\.dev\/local-project\/local-worker\/worker@sha256:[0-9a-f]{64}$/,
    );
  },

  "gcp:projects/service:Service": async ({ inputs }) => {
    const service = String(inputs["service"]);

    const enabled = await stack.api.get(`/v1/projects/local-project/services/${service}`);

    expect(enabled["state"]).toBe("ENABLED");
  },

  "gcp:projects/serviceIdentity:ServiceIdentity": async ({ outputs: { member } }) => {
    expect(member).toBe(
      "serviceAccount:service-123456789012@gcp-sa-cloudtasks.iam.gserviceaccount.com",
    );
  },

  "gcp:logging/metric:Metric": async ({ inputs }) => {
    const metric = await stack.api.get(
      `/v2/projects/local-project/metrics/${String(inputs["name"])}`,
    );

    expect(metric).toMatchObject(inputs);
  },

  "gcp:monitoring/alertPolicy:AlertPolicy": async ({ inputs, id }) => {
    expect(await stack.api.get(`/v3/${id}`)).toMatchObject(inputs);
  },

  "gcp:monitoring/dashboard:Dashboard": async ({ inputs, id }) => {
    const dashboard = JSON.parse(String(inputs["dashboardJson"])) as object;

    expect(await stack.api.get(`/v1/${id}`)).toMatchObject(dashboard);
  },

  "random:index/randomUuid7:RandomUuid7": async ({ outputs: { result } }) => {
    const madeAt = parseInt(String(result).replace("-", "").slice(0, 12), 16);

    expect(String(result)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(Date.now() - madeAt).toBeLessThan(10 * 60_000);
  },

  "random:index/randomId:RandomId": async ({ name, outputs: { hex } }) => {
    // It is kept nowhere but in the name of its queue.
    expect(outputs.operations.queues[name]).toBe(`${LOCATION}/queues/${String(hex)}`);
    expect(hex).toMatch(new RegExp(`^local-${name}-[0-9a-f]{8}$`));
  },
};

/** Types that are compared all at once, policy by policy. */
const IAM_MEMBER = /IAMMember$|IamMember$/;

describe("The local cloud", () => {
  it("is compared with every type of resource that the program has", () => {
    const types = new Set(resources.map(({ type }) => type).filter((one) => !IAM_MEMBER.test(one)));

    expect([...types].sort()).toEqual(Object.keys(COMPARISONS).sort());
  });

  it.each(Object.keys(COMPARISONS))("holds each %s as the program asks", async (type) => {
    const own = resources.filter((resource) => resource.type === type);

    expect(own).not.toEqual([]);
    for (const resource of own) await COMPARISONS[type]!(resource);
  });

  it("holds the queues of the program, and no others", async () => {
    const { queues } = (await stack.api.get(`/v2/${LOCATION}/queues`)) as Parsed;

    expect(queues.map(({ name }: { name: string }) => name).sort()).toEqual(
      Object.values(outputs.operations.queues).sort(),
    );
  });

  it("has the APIs enabled that the program enables, and no others", async () => {
    const { services } = (await stack.api.get("/v1/projects/local-project/services")) as Parsed;

    const asked = resources.filter(({ type }) => type === "gcp:projects/service:Service");
    expect(services.map(({ config }: Parsed) => config.name).sort()).toEqual(
      asked.map(({ inputs }) => inputs["service"]).sort(),
    );
  });

  it("holds the grants of the program on each resource, and nothing more", async () => {
    const account = (id: string) => `serviceAccount:${id}@local-project.iam.gserviceaccount.com`;
    const agent = "serviceAccount:service-123456789012@gcp-sa-cloudtasks.iam.gserviceaccount.com";

    const policies: Record<string, string[]> = {};
    for (const [resource, verb, path] of await policyPaths()) {
      const { bindings = [] }: Parsed = await stack.api[verb](`${path}:getIamPolicy`);
      policies[resource] = bindings.flatMap(({ role, members }: Parsed) =>
        members.map((member: string) => `${role} ${member}`),
      );
    }

    expect(policies).toEqual({
      project: [],
      "service local-worker": [`roles/run.invoker ${account("local-invoker")}`],
      "queue email": [`roles/cloudtasks.enqueuer ${account("local-worker")}`],
      "queue default": [`roles/cloudtasks.enqueuer ${account("local-scheduler")}`],
      "queue dead-letter": [
        `roles/cloudtasks.enqueuer ${account("local-worker")}`,
        `roles/cloudtasks.taskDeleter ${account("local-worker")}`,
      ],
      "secret local-smtp-url": [`roles/secretmanager.secretAccessor ${account("local-worker")}`],
      "repository local-worker": [],
      "account local-worker": [],
      "account local-invoker": [`roles/iam.serviceAccountUser ${agent}`],
      "account local-scheduler": [],
      "account 123456789012-compute": [],
    });
  });

  it("holds one grant for each that the program registers", () => {
    const members = resources.filter(({ type }) => IAM_MEMBER.test(type));

    // As many as the policies above name.
    expect(members.map(({ name }) => name).sort()).toEqual([
      "dead-letter-deleter-worker",
      "dead-letter-enqueuer-worker",
      "default-enqueuer-scheduler",
      "email-enqueuer-worker",
      "smtp-url-accessor-worker",
      "worker-invoker",
      "worker-invoker-user-cloud-tasks",
    ]);
  });
});

/** Every resource that has a policy, as the cloud lists them: its name, and how the policy is read. */
async function policyPaths(): Promise<PolicyPath[]> {
  const list = async (path: string, field: string): Promise<string[]> => {
    const answer: Parsed = await stack.api.get(path);
    return answer[field].map(({ name }: Parsed) => name);
  };
  const last = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  const [services, secrets, repositories, accounts] = await Promise.all([
    list(`/v2/${LOCATION}/services`, "services"),
    list("/v1/projects/local-project/secrets", "secrets"),
    list(`/v1/${LOCATION}/repositories`, "repositories"),
    list("/v1/projects/local-project/serviceAccounts", "accounts"),
  ]);
  return [
    ["project", "post", "/v1/projects/local-project"],
    ...services.map((name): PolicyPath => [`service ${last(name)}`, "get", `/v2/${name}`]),
    ...queueEntries().map(([key, name]): PolicyPath => [`queue ${key}`, "post", `/v2/${name}`]),
    ...secrets.map((name): PolicyPath => [`secret ${last(name)}`, "get", `/v1/${name}`]),
    ...repositories.map((name): PolicyPath => [`repository ${last(name)}`, "get", `/v1/${name}`]),
    ...accounts.map((name): PolicyPath => [
      `account ${last(name).replace(/@.*/, "")}`,
      "post",
      `/v1/${name}`,
    ]),
  ];
}

/** A resource, and the verb and the path to read its policy with. */
type PolicyPath = [resource: string, verb: "get" | "post", path: string];

function queueEntries(): [string, string][] {
  return Object.entries(outputs.operations.queues);
}

/** A probe with what Google adds. */
function withProbeDefaults({ httpGet, ...probe }: { httpGet: object }): object {
  return { initialDelaySeconds: 0, ...probe, httpGet: { ...httpGet, httpHeaders: [] } };
}

/** The durations of a queue in milliseconds: Google writes "0.1s" as "0.100s". */
function withMs(value: Json): Json {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (typeof inner === "string") return [key, durationMs(inner) ?? inner];
      if (typeof inner === "object" && inner !== null) return [key, withMs(inner as Json)];
      return [key, inner];
    }),
  );
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}
