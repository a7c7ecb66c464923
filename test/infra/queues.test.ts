import * as pulumi from "@pulumi/pulumi";
import { QueueNames } from "../../infra/queueNames.ts";
import { Queues, type QueuesArgs } from "../../infra/queues.ts";
import { allRegistrations, noteOptions, startDeployment, valueOf } from "../support/pulumi.ts";

const email = {
  rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 10 },
  retryConfig: { maxAttempts: 8, minBackoff: "5s", maxBackoff: "600s", maxDoublings: 5 },
  worker: "worker",
  dispatchDeadline: "60s",
  maxDeliveries: 152,
} as const;

const worker = {
  url: pulumi.output("https://dev-worker-x1.a.run.app"),
  invoker: pulumi.output("dev-invoker@p.iam.gserviceaccount.com"),
  callGrants: [],
};

function make(args: Partial<QueuesArgs> = {}, opts?: pulumi.ComponentResourceOptions): Queues {
  const names = new QueueNames("queue-names", {
    stack: "dev",
    project: "my-project",
    region: "europe-west1",
    keys: ["email", "old", "dead-letter"],
  });
  return new Queues(
    "queues",
    {
      queues: { email, old: { ...email, retired: true } },
      names,
      region: "europe-west1",
      workers: { ofQueue: () => worker },
      loggingSamplingRatio: 0.1,
      protect: true,
      ...args,
    },
    opts,
  );
}

async function grants(): Promise<string[]> {
  const all = await allRegistrations();
  return all.filter(({ type }) => type.endsWith("Member")).map(({ name }) => name);
}

describe("Queues", () => {
  beforeEach(() => startDeployment());

  it("grants nobody anything by itself", async () => {
    make();

    expect(await grants()).toEqual([]);
  });

  it("lets a member enqueue on the queues that are named and not retired", async () => {
    const queues = make();

    queues.grantEnqueue("worker", "serviceAccount:w@p.iam.gserviceaccount.com", ["email", "email"]);
    queues.grantEnqueue("web", "serviceAccount:web@p.iam.gserviceaccount.com");
    queues.grantEnqueue("cron", "serviceAccount:c@p.iam.gserviceaccount.com", ["old"]);

    expect(await grants()).toEqual(["email-enqueuer-worker", "email-enqueuer-web"]);
  });

  it.each([true, false])("protects every queue when told: %s", async (protect) => {
    const { options, opts } = noteOptions();

    make({ protect }, opts);

    await allRegistrations();
    for (const queue of ["Queue email", "Queue old", "Queue dead-letter"]) {
      expect(options.get(queue)).toMatchObject({ protect, retainOnDelete: protect });
    }
  });

  it("tells the full name of every queue by its key", async () => {
    const names = await valueOf(pulumi.output({ ...make().fullNames }));

    const parent = "projects/my-project/locations/europe-west1/queues";
    expect(names).toEqual({
      email: `${parent}/dev-email-ff89ab45`,
      old: `${parent}/dev-old-ff89ab45`,
      "dead-letter": `${parent}/dev-dead-letter-ff89ab45`,
    });
  });
});
