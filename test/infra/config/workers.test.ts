import { z } from "zod";
import { loadConfig, type StackConfig } from "../../../infra/config/config.ts";
import { workerShare } from "../../../infra/config/workerShare.ts";
import type { Contract, QueueSettings } from "../../../tasks/contract/contract.ts";
import { stackConfig, startDeployment, warningsGiven } from "../../support/pulumi.ts";

const queue: QueueSettings = {
  rateLimits: { maxDispatchesPerSecond: 5, maxConcurrentDispatches: 10 },
  retryConfig: { maxAttempts: 4, minBackoff: "60s", maxBackoff: "3600s", maxDoublings: 4 },
  dispatchDeadline: "120s",
};
const payload = z.unknown();

const declared: Contract = {
  workers: { worker: {}, reports: { memory: "2Gi", concurrency: 1, maxInstances: 20 } },
  queues: { mail: queue, months: { ...queue, worker: "reports" } },
  tasks: { send: { queue: "mail", payload }, build: { queue: "months", payload } },
  schedules: {},
  settings: {},
};

async function load(config: Record<string, unknown>, change: Partial<Contract> = {}) {
  const own = Object.entries(config).map(([key, value]): [string, string] => [
    `background-tasks:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  await startDeployment(
    stackConfig("test/fixtures/Pulumi.empty.yaml", {
      ...{ "gcp:project": "my-project", "gcp:region": "europe-west1" },
      "background-tasks:alerts": '{"enabled":false}',
      ...Object.fromEntries(own),
    }),
  );
  return loadConfig({ ...declared, ...change }, new Date("2026-11-24T12:00Z"));
}

async function problemsOf(...args: Parameters<typeof load>): Promise<string[]> {
  const loaded: unknown = await load(...args).catch((error: unknown) => error);
  if (!(loaded instanceof Error)) return [];
  return loaded.message
    .split("\n")
    .slice(1)
    .map((line) => line.replace(/^ {2}- /, ""));
}

const workerOf = ({ queues }: StackConfig): Record<string, string> =>
  Object.fromEntries(Object.entries(queues).map(([key, { worker }]) => [key, worker]));

describe("A stack's workers", () => {
  it("have what they set, and otherwise what the stack gives to each", async () => {
    const { workers } = await load({
      workerCpu: "2",
      workerTimeout: "300s",
      workers: { "*": { timeout: "900s" }, reports: { memory: "4Gi", minInstances: "1" } },
    });

    expect(workers).toEqual({
      worker: {
        ...{ cpu: "2", memory: "512Mi", concurrency: 20, minInstances: 0, maxInstances: 10 },
        ...{ timeout: "900s", retired: false },
      },
      reports: {
        ...{ cpu: "2", memory: "4Gi", concurrency: 1, minInstances: 1, maxInstances: 20 },
        ...{ timeout: "900s", retired: false },
      },
    });
  });

  it("are one called 'worker' where tasks/ declares none", async () => {
    await startDeployment(
      stackConfig("test/fixtures/Pulumi.empty.yaml", {
        ...{ "gcp:project": "my-project", "gcp:region": "europe-west1" },
        "background-tasks:workers": '{"worker":{"memory":"1Gi"}}',
      }),
    );

    const { workers } = loadConfig(
      { queues: { mail: queue }, tasks: {}, schedules: {}, settings: {} },
      new Date(),
    );

    expect(Object.keys(workers)).toEqual(["worker"]);
    expect(workers["worker"]).toMatchObject({ cpu: "1", memory: "1Gi" });
  });

  it("are named by their queues; a queue that names none has 'worker', or the only one", async () => {
    expect(workerOf(await load({}))).toEqual({ mail: "worker", months: "reports" });
    expect(workerOf(await load({ queues: { "*": { worker: "worker" } } }))).toEqual({
      mail: "worker",
      months: "worker",
    });
    const one = { workers: { jobs: {} }, queues: { mail: queue, months: queue } };
    expect(workerOf(await load({}, one))).toEqual({ mail: "jobs", months: "jobs" });
  });

  it("are refused where a queue names none of them, or one that is retired", async () => {
    const queues = { mail: queue, months: { ...queue, worker: "report" } };
    expect(await problemsOf({}, { queues })).toEqual([
      "tasks/queues.ts: queue 'months': 'worker' is 'report'; tasks/workers.ts has no such worker. Did you mean " +
        "'reports'? Known workers: 'worker', 'reports'.",
    ]);
    expect(await problemsOf({}, { workers: { reports: {}, mails: {} } })).toEqual([
      "tasks/queues.ts: queue 'mail': 'worker' is not set, and none of the workers is 'worker': name one. Known " +
        "workers: 'reports', 'mails'.",
    ]);
    expect(await problemsOf({ workers: { reports: { retired: true } } })).toEqual([
      "tasks/queues.ts: queue 'months': 'worker' is 'reports', which is retired: no queue may send it tasks. Name " +
        "another for queue 'months'.",
    ]);
    expect(await problemsOf({}, { workers: {} })).toEqual([
      "tasks/workers.ts declares no worker, and no task would be done; declare one: 'worker: {}'.",
    ]);
  });

  it("have settings that are checked, each where it stands", async () => {
    const workers = { worker: { memory: "64Mi" }, reports: {} };

    expect(
      await problemsOf({ workers: { reports: { cpus: 2 }, report: {} } }, { workers }),
    ).toEqual([
      "Pulumi.test.yaml: 'workers.report' names no worker. Did you mean 'reports'? Known workers: 'worker', " +
        "'reports'. '*' stands for all.",
      "tasks/workers.ts: worker 'worker': 'memory' is '64Mi'; Cloud Run allows from '128Mi' to '32Gi'.",
      "Pulumi.test.yaml: 'workers.reports.cpus' is no setting. Did you mean 'cpu'? Known settings: 'cpu', 'memory', " +
        "'concurrency', 'minInstances', 'maxInstances', 'timeout', 'network', 'cloudSqlInstances', 'retired'.",
    ]);
  });

  it("have networks and databases that are checked", async () => {
    const reports = {
      network: {
        subnetwork: "projects/net-host/regions/us-central1/subnetworks/workers",
        tags: ["To DB"],
      },
      cloudSqlInstances: ["orders"],
    };

    expect(
      await problemsOf(
        {
          workers: { worker: { network: { tags: "db" } }, reports: { network: { egress: "ALL" } } },
        },
        { workers: { worker: {}, reports } },
      ),
    ).toEqual([
      "Pulumi.test.yaml: 'workers.worker.network.tags' is 'db'; it must be a list of network tags.",
      "Pulumi.test.yaml: 'workers.worker.network' is {\"tags\":\"db\"}; it must name a 'network' or a 'subnetwork'.",
      "tasks/workers.ts: worker 'reports': 'network.tags.0' is 'To DB'; a network tag has up to 63 lower-case " +
        "letters, digits and '-', the first a letter.",
      "Pulumi.test.yaml: 'workers.reports.network.egress' is 'ALL'; Cloud Run allows 'PRIVATE_RANGES_ONLY' and " +
        "'ALL_TRAFFIC'.",
      "tasks/workers.ts: worker 'reports': 'cloudSqlInstances.0' is 'orders'; it must be the connection name of an " +
        "instance, '<project>:<region>:<instance>'.",
    ]);
    const { subnetwork } = reports.network;
    expect(
      await problemsOf(
        {},
        { workers: { worker: {}, reports: { cpu: "3", network: { subnetwork } } } },
      ),
    ).toEqual([
      "tasks/workers.ts: worker 'reports': 'cpu' is '3'; Cloud Run allows '1', '2', '4', '6', '8', or less than one " +
        "CPU from '80m'.",
      `tasks/workers.ts: worker 'reports': 'network.subnetwork' is '${subnetwork}'; the stack is in ` +
        "'europe-west1', and a worker gets its addresses from a subnetwork of its own region.",
    ]);
  });

  it("have a subnetwork of their network's project", async () => {
    const network = "projects/net-host/global/networks/shared";
    const whole = "projects/net-host/regions/europe-west1/subnetworks/workers";
    const reports = (given: object) => ({ workers: { worker: {}, reports: { network: given } } });

    expect(await problemsOf(reports({ network, subnetwork: whole }))).toEqual([]);
    expect(await problemsOf(reports({ network: "vpc", subnetwork: "workers" }))).toEqual([]);
    expect(
      await problemsOf(
        reports({ network: "projects/my-project/global/networks/vpc", subnetwork: "workers" }),
      ),
    ).toEqual([]);
    expect(await problemsOf(reports({ network, subnetwork: "workers" }))).toEqual([
      `Pulumi.test.yaml: 'workers.reports.network.subnetwork' is 'workers'; its network '${network}' is of project ` +
        "'net-host', and it must be, too: 'projects/net-host/regions/europe-west1/subnetworks/<subnetwork>'.",
    ]);
    expect(await problemsOf(reports({ network: "vpc", subnetwork: whole }))).toEqual([
      `Pulumi.test.yaml: 'workers.reports.network.subnetwork' is '${whole}'; its network 'vpc' is of project ` +
        "'my-project', and it must be, too: 'projects/my-project/regions/europe-west1/subnetworks/<subnetwork>'.",
    ]);
  });

  it("connect to an instance once", async () => {
    const cloudSqlInstances = ["my-project:europe-west1:orders", "my-project:europe-west1:orders"];

    expect(await problemsOf({ workers: { reports: { cloudSqlInstances } } })).toEqual([
      `Pulumi.test.yaml: 'workers.reports.cloudSqlInstances' is ${JSON.stringify(cloudSqlInstances)}; each instance ` +
        "may be named once.",
    ]);
  });

  it("have names that Google takes, in every stack", async () => {
    const workers = { worker: {}, My_worker: {}, "with-a-name-too-long": {} };
    const queues = { mail: queue };
    const rule =
      "Google allows at most 30 characters: lower-case letters, digits and '-', the first a letter.";

    expect(await problemsOf({}, { workers, queues, tasks: {} })).toEqual([
      `tasks/workers.ts: worker 'My_worker': the name of a service account would be 'test-invoker-My_worker'; ${rule}`,
      "tasks/workers.ts: worker 'with-a-name-too-long': the name of a service account would be " +
        `'test-invoker-with-a-name-too-long'; ${rule}`,
    ]);
    const shorter = { workers: { worker: {}, "all-reports": {} }, queues, tasks: {} };
    expect(await problemsOf({ namePrefix: "acme-" }, shorter)).toEqual([]);
    expect(await problemsOf({ namePrefix: "acme-x-" }, shorter)).toEqual([
      "tasks/workers.ts: worker 'all-reports': the name of a service account would be " +
        `'acme-x-test-invoker-all-reports'; ${rule}`,
    ]);
  });
});

describe("A worker and its queues", () => {
  it("go together: as many places as they dispatch at once", async () => {
    expect(
      await problemsOf({
        workerMaxInstances: "1",
        workerConcurrency: "9",
        workers: { reports: { maxInstances: 9 } },
      }),
    ).toEqual([
      "tasks/queues.ts: 'rateLimits.maxConcurrentDispatches' of the queues of worker 'worker' add up to 10; worker " +
        "'worker' takes 9 at once (Pulumi.test.yaml: 'workerMaxInstances' 1 × 'workerConcurrency' 9). Raise one of " +
        "these or lower the queues' settings.",
      "tasks/queues.ts: 'rateLimits.maxConcurrentDispatches' of the queues of worker 'reports' add up to 10; worker " +
        "'reports' takes 9 at once (Pulumi.test.yaml: 'workers.reports.maxInstances' 9 × tasks/workers.ts: worker " +
        "'reports': 'concurrency' 1). Raise one of these or lower the queues' settings.",
    ]);
  });

  it("go together: no deadline above the worker's timeout, which another's does not matter to", async () => {
    const workers = { worker: { timeout: "119s" }, reports: { maxInstances: 20 } } as const;

    expect(await problemsOf({}, { workers })).toEqual([
      "tasks/queues.ts: queue 'mail': 'dispatchDeadline' is '120s'; it must not exceed tasks/workers.ts: worker " +
        "'worker': 'timeout', '119s', after which Cloud Run ends the request. Lower the one or raise the other.",
    ]);
  });

  it("go together: what Cloud Run joins, named where each stands", async () => {
    const workers = { worker: {}, reports: { cpu: "4", maxInstances: 10 } };

    expect(await problemsOf({}, { workers })).toEqual([
      "Pulumi.test.yaml: 'workerMemory' is '512Mi' and tasks/workers.ts: worker 'reports': 'cpu' is '4'; Cloud Run " +
        "says: Invalid value specified for memory. For 4.0 CPU, memory must be between 2Gi and 16Gi inclusive.",
    ]);
  });
});

describe("What a worker is given", () => {
  const tasks: Contract["tasks"] = {
    send: { queue: "mail", payload, settings: ["smtpUrl", "mailFrom"] },
    digest: { queue: "months", payload, settings: ["mailFrom"], enqueues: ["send", "digest"] },
    moved: { queue: "mail", alsoOn: ["months"], payload, settings: ["token"] },
  };
  const queues = { mail: { worker: "worker" }, months: { worker: "reports" } };

  it("is what the tasks on its queues name, and those that its queues may still hold", () => {
    expect(workerShare("worker", tasks, queues)).toEqual({
      settings: ["mailFrom", "smtpUrl", "token"],
      enqueues: [],
    });
    expect(workerShare("reports", tasks, queues)).toEqual({
      settings: ["mailFrom", "token"],
      enqueues: ["mail", "months"],
    });
    expect(workerShare("idle", tasks, queues)).toEqual({ settings: [], enqueues: [] });
  });

  it("is nothing for a retired queue that no task names, which is told", async () => {
    const months: QueueSettings = { ...queue, worker: "reports", retired: true };
    const queues = { mail: queue, months };
    const moved = { send: { queue: "mail", payload }, build: { queue: "mail", payload } };

    await load({}, { queues, tasks: moved });
    expect(warningsGiven()).toEqual([
      "Queue 'months' is retired and no task names it: its worker 'reports' is given nothing for the tasks that it " +
        "holds. Name it in 'alsoOn' of those that were moved from it.",
    ]);

    await load({}, { queues, tasks: { ...moved, build: { ...moved.build, alsoOn: ["months"] } } });
    expect(warningsGiven()).toEqual([]);
  });

  it("follows from queues that are declared", async () => {
    const tasks = { send: { queue: "mail", alsoOn: ["month"], payload } };

    expect(await problemsOf({}, { tasks })).toEqual([
      "tasks/tasks.ts: task 'send' is also on queue 'month', which tasks/queues.ts does not declare. Did you mean " +
        "'months'? Known queues: 'mail', 'months'.",
    ]);
  });
});
