import type * as pulumi from "@pulumi/pulumi";
import { DeadLetterQueue } from "../../infra/deadLetterQueue.ts";
import { QueueNames } from "../../infra/queueNames.ts";
import { allRegistrations, inputsOf, noteOptions, startDeployment } from "../support/pulumi.ts";

function make(protect = true, opts?: pulumi.ComponentResourceOptions): DeadLetterQueue {
  const names = new QueueNames("queue-names", {
    stack: "dev",
    project: "my-project",
    region: "europe-west1",
    keys: ["dead-letter"],
  });
  const shared = { names, region: "europe-west1", loggingSamplingRatio: 0.1, protect };
  return new DeadLetterQueue("dead-letter", shared, opts);
}

async function grants(): Promise<string[]> {
  const all = await allRegistrations();
  return all.filter(({ type }) => type.endsWith("Member")).map(({ name }) => name);
}

describe("DeadLetterQueue", () => {
  beforeEach(() => startDeployment());

  it("is paused, has no target, and keeps its tasks whatever happens to them", async () => {
    make();

    expect(await inputsOf("Queue", "dead-letter")).toEqual({
      name: "dev-dead-letter-ff89ab45",
      location: "europe-west1",
      desiredState: "PAUSED",
      retryConfig: { maxAttempts: -1, minBackoff: "3600s", maxBackoff: "3600s" },
      stackdriverLoggingConfig: { samplingRatio: 0.1 },
    });
  });

  it.each([true, false])("is protected, and outlives its code, when told: %s", async (protect) => {
    const { options, opts } = noteOptions();

    make(protect, opts);

    await allRegistrations();
    expect(options.get("Queue dead-letter")).toMatchObject({ protect, retainOnDelete: protect });
  });

  it("lets its keeper add and remove dead letters", async () => {
    make().grantKeeping("worker", "serviceAccount:w@p.iam.gserviceaccount.com");

    expect(await grants()).toEqual(["dead-letter-enqueuer-worker", "dead-letter-deleter-worker"]);
    const shared = {
      name: "dev-dead-letter-ff89ab45",
      location: "europe-west1",
      member: "serviceAccount:w@p.iam.gserviceaccount.com",
    };
    expect(await inputsOf("QueueIamMember", "dead-letter-enqueuer-worker")).toEqual({
      ...shared,
      role: "roles/cloudtasks.enqueuer",
    });
    expect(await inputsOf("QueueIamMember", "dead-letter-deleter-worker")).toEqual({
      ...shared,
      role: "roles/cloudtasks.taskDeleter",
    });
  });
});
