import * as pulumi from "@pulumi/pulumi";
import { StackSecret } from "../../infra/secrets.ts";
import { Worker, type WorkerArgs } from "../../infra/worker.ts";
import {
  allRegistrations,
  dependenciesOf,
  inputsOf,
  noteOptions,
  startDeployment,
  valueOf,
} from "../support/pulumi.ts";

const SETTINGS = {
  cpu: "2",
  memory: "1Gi",
  concurrency: 40,
  minInstances: 1,
  maxInstances: 6,
  timeout: "900s",
  retired: false,
} as const;

function make(args: Partial<WorkerArgs> = {}, opts?: pulumi.ComponentResourceOptions): Worker {
  const smtpUrl = new StackSecret("smtp-url", {
    secretId: "dev-smtp-url",
    value: pulumi.secret("smtp://mail.example.com"),
  });
  return new Worker(
    "worker",
    {
      key: "worker",
      stack: "dev",
      project: "my-project",
      region: "europe-west1",
      image: "host/p/r/worker@sha256:ab12",
      worker: SETTINGS,
      agent: "serviceAccount:agent@gcp-sa.iam.gserviceaccount.com",
      environment: { MAIL_FROM: "tasks@example.com" },
      secrets: { SMTP_URL: smtpUrl },
      protect: true,
      ...args,
    },
    opts,
  );
}

describe("Worker", () => {
  beforeEach(() => startDeployment());

  it("has the stack's labels on service and revision, and is encrypted with its key", async () => {
    make({ labels: { team: "mail" }, kmsKeys: { run: "a-key", secretmanager: "another" } });

    expect(await inputsOf("Service", "worker")).toMatchObject({
      labels: { team: "mail" },
      template: { labels: { team: "mail" }, encryptionKey: "a-key" },
    });
  });

  it("sends into the network that it is given", async () => {
    make({ worker: { ...SETTINGS, network: { subnetwork: "workers", tags: ["to-db"] } } });

    const { template } = await inputsOf("Service", "worker");
    expect((template as { vpcAccess: unknown }).vpcAccess).toEqual({
      egress: "PRIVATE_RANGES_ONLY",
      networkInterfaces: [{ subnetwork: "workers", tags: ["to-db"] }],
    });
  });

  it("has the sockets of its Cloud SQL instances, and may connect to these alone", async () => {
    const { options, opts } = noteOptions();
    make({ worker: { ...SETTINGS, cloudSqlInstances: ["data:europe-west1:orders"] } }, opts);

    const { template } = await inputsOf("Service", "worker");
    const { volumes, containers } = template as { volumes: unknown; containers: unknown };
    expect(volumes).toEqual([
      { name: "cloudsql", cloudSqlInstance: { instances: ["data:europe-west1:orders"] } },
    ]);
    expect(containers).toMatchObject([
      { volumeMounts: [{ name: "cloudsql", mountPath: "/cloudsql" }] },
    ]);
    expect(await inputsOf("IAMMember", "worker-sql-data:europe-west1:orders")).toEqual({
      project: "data",
      role: "roles/cloudsql.client",
      member: "serviceAccount:dev-worker@p.iam.gserviceaccount.com",
      condition: {
        title: "only orders",
        expression:
          'resource.name == "projects/data/instances/orders" && resource.service == "sqladmin.googleapis.com"',
      },
    });
    expect(await dependenciesOf(options.get("Service worker"))).toContain(
      "IAMMember worker-sql-data:europe-west1:orders",
    );
  });

  it("is a service that only its project can reach, run as its own account", async () => {
    make();

    const probe = { httpGet: { path: "/health" } };
    expect(await inputsOf("Service", "worker")).toEqual({
      name: "dev-worker",
      location: "europe-west1",
      ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
      deletionProtection: true,
      template: {
        serviceAccount: "dev-worker@p.iam.gserviceaccount.com",
        timeout: "900s",
        maxInstanceRequestConcurrency: 40,
        scaling: { minInstanceCount: 1, maxInstanceCount: 6 },
        containers: [
          {
            image: "host/p/r/worker@sha256:ab12",
            resources: {
              limits: { cpu: "2", memory: "1Gi" },
              cpuIdle: true,
              startupCpuBoost: true,
            },
            envs: [
              { name: "MAIL_FROM", value: "tasks@example.com" },
              { name: "TASKS_INVOKER", value: "dev-invoker@p.iam.gserviceaccount.com" },
              {
                name: "SMTP_URL",
                valueSource: { secretKeyRef: { secret: "dev-smtp-url", version: "3623736224" } },
              },
            ],
            startupProbe: { ...probe, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 30 },
            livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
          },
        ],
      },
    });
  });

  it("has one account to run as and one to be called as", async () => {
    const worker = make();

    expect(await inputsOf("Account", "worker")).toEqual({
      accountId: "dev-worker",
      displayName: "dev: the worker runs as this",
      createIgnoreAlreadyExists: true,
    });
    expect(await inputsOf("Account", "worker-invoker")).toEqual({
      accountId: "dev-invoker",
      displayName: "dev: tasks are sent as this",
      createIgnoreAlreadyExists: true,
    });
    expect(await valueOf(worker.invoker)).toBe("dev-invoker@p.iam.gserviceaccount.com");
    expect(await valueOf(worker.member)).toBe(
      "serviceAccount:dev-worker@p.iam.gserviceaccount.com",
    );
    expect(await valueOf(worker.url)).toBe("https://dev-worker-14fa84cb.a.run.app");
    expect(await valueOf(worker.fullName)).toBe(
      "projects/my-project/locations/europe-west1/services/dev-worker",
    );
  });

  it("may be called by the invoker and by nobody else", async () => {
    make();

    const all = await allRegistrations();
    expect(all.filter(({ type }) => type.includes("run") && type.endsWith("Member"))).toEqual([
      {
        type: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
        name: "worker-invoker",
        inputs: {
          name: "dev-worker",
          location: "europe-west1",
          role: "roles/run.invoker",
          member: "serviceAccount:dev-invoker@p.iam.gserviceaccount.com",
        },
      },
    ]);
  });

  it("may read its secret, and starts only when it may", async () => {
    const { options, opts } = noteOptions();

    make({}, opts);

    expect(await inputsOf("SecretIamMember", "smtp-url-accessor-worker")).toMatchObject({
      member: "serviceAccount:dev-worker@p.iam.gserviceaccount.com",
    });
    expect(await dependenciesOf(options.get("Service worker"))).toEqual([
      "SecretIamMember smtp-url-accessor-worker",
    ]);
  });

  it("outlives its successor's start, and so does the right to call it", async () => {
    const { options, opts } = noteOptions();

    make({}, opts);
    await allRegistrations();

    expect(options.get("Service worker")).toMatchObject({ deleteBeforeReplace: false });
    expect(options.get("ServiceIamMember worker-invoker")).toMatchObject({
      deleteBeforeReplace: false,
    });
  });

  it.each([true, false])("is protected, here and at Google, when told: %s", async (protect) => {
    const { options, opts } = noteOptions();

    make({ protect }, opts);

    expect(await inputsOf("Service", "worker")).toMatchObject({ deletionProtection: protect });
    expect(options.get("Service worker")).toMatchObject({ protect });
  });

  it("lets Cloud Tasks send tasks as the invoker, and as nobody else", async () => {
    make();

    expect(await inputsOf("IAMMember", "worker-invoker-user-cloud-tasks")).toEqual({
      serviceAccountId: "projects/p/serviceAccounts/dev-invoker@p.iam.gserviceaccount.com",
      role: "roles/iam.serviceAccountUser",
      member: "serviceAccount:agent@gcp-sa.iam.gserviceaccount.com",
    });
  });
});
