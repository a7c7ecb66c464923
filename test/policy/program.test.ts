import { evaluate } from "../../policy/evaluate.ts";
import { readPolicyConfig } from "../../policy/policyConfig.ts";
import { ACCOUNT, JOB, QUEUE, SERVICE, type Resource } from "../../policy/resource.ts";
import { rules } from "../../policy/rules/index.ts";
import { VARIABLES } from "../../policy/workers.ts";
import { registeredResources } from "@background-tasks/program/declare/registeredResources.ts";
import { readStackFiles } from "@background-tasks/program/stack/stackFiles.ts";
import { environment } from "../../tasks/contract/environment.ts";
import { resource } from "../support/policyResource.ts";
import { FIXTURE } from "../support/fixtureProject.ts";
import { breach, breachesIn, describeBreach, type Breach } from "../fixtures/policy/breaches.ts";
import { ProjectCopy } from "@background-tasks/cli/test/support/projectCopy.ts";

// The project of a stack whose file names none.
const breaches = breachesIn("example-project");

/** The whole program's resources, by stack. */
const stacks = new Map<string, readonly Resource[]>();

const project = new ProjectCopy();

beforeAll(async () => {
  for (const reply of await registeredResources(
    project.directory,
    readStackFiles(project.directory),
  )) {
    if ("error" in reply) throw new Error(reply.error);
    stacks.set(reply.stack, reply.resources);
  }
});
afterAll(() => {
  project[Symbol.dispose]();
});

function resourcesOf(stack: string): readonly Resource[] {
  return stacks.get(stack)!;
}

describe("the program", () => {
  it.each(["dev", "prod", "local"])("keeps every rule in stack %s", (stack) => {
    const types = resourcesOf(stack).map(({ type }) => type);

    // What the rules are about is there to be judged.
    expect(types).toEqual(expect.arrayContaining([ACCOUNT, JOB, QUEUE, SERVICE]));
    expect(evaluate(resourcesOf(stack), readPolicyConfig(FIXTURE, stack))).toEqual([]);
  });

  it("keeps every rule under a prefix of names", async () => {
    const undo = project.edit("Pulumi.prod.yaml", "config:", "config:\n  namePrefix: acme-");
    const [reply] = await registeredResources(
      project.directory,
      readStackFiles(project.directory, "prod"),
    );
    undo();
    if (!reply || "error" in reply) throw new Error(reply?.error);

    expect(reply.resources.map(({ properties }) => properties["accountId"])).toContain(
      "acme-prod-worker",
    );
    expect(evaluate(reply.resources, readPolicyConfig(FIXTURE, "prod"))).toEqual([]);
  });

  it("takes the team's own resources where the stack's configuration names them", () => {
    const account = "reports@example-project.iam.gserviceaccount.com";
    const added = [
      resource("gcp:storage/bucket:Bucket", "reports", {
        location: "europe-west1",
        uniformBucketLevelAccess: true,
      }),
      resource("gcp:storage/bucketIAMMember:BucketIAMMember", "reports", {
        bucket: "reports",
        role: "roles/storage.objectCreator",
        member: `serviceAccount:${account}`,
      }),
      resource("gcp:pubsub/topic:Topic", "events", { name: "prod-events" }),
      resource("gcp:serviceaccount/account:Account", "reports", { email: account }),
      resource("gcp:cloudtasks/queueIamMember:QueueIamMember", "reports", {
        name: "prod-email-ff89ab45",
        role: "roles/cloudtasks.viewer",
        member: `serviceAccount:${account}`,
      }),
    ];
    const all = [...resourcesOf("prod"), ...added];
    const config = {
      "types-listed": { types: ["gcp:storage/*", "gcp:pubsub/topic:Topic"] },
      "grants-listed": { grants: [`roles/cloudtasks.viewer serviceAccount:${account}`] },
    };

    expect(evaluate(all, config)).toEqual([]);
    const words = evaluate(all, {}).map(({ message }) =>
      /add '(.*?)' to '(.*?)'/.exec(message)?.slice(1),
    );
    expect(words).toEqual([
      [`roles/cloudtasks.viewer serviceAccount:${account}`, "grants"],
      ["gcp:storage/bucket:Bucket", "types"],
      ["gcp:storage/bucketIAMMember:BucketIAMMember", "types"],
      ["gcp:pubsub/topic:Topic", "types"],
    ]);
  });

  it("has a change that breaks it for every rule", () => {
    expect(Object.keys(breaches)).toEqual(rules.map(({ name }) => name));
    expect(Object.entries(breaches).filter(([, changes]) => changes.length === 0)).toEqual([]);
  });

  it.each(
    Object.entries(breaches).flatMap(([rule, changes]) =>
      changes.map((change): [string, string, Breach] => [rule, describeBreach(change), change]),
    ),
  )("breaks %s by %s", (rule, _, change) => {
    const changed = breach(resourcesOf("prod"), change);

    const broken = new Set(evaluate(changed, {}).map((violation) => violation.rule));
    expect([...broken].sort()).toEqual([rule, ...(change.also ?? [])].sort());
  });

  it("has the names that the rules know it by", () => {
    expect(environment).toMatchObject(VARIABLES);
  });

  it("holds back from deleting what holds tasks in prod only", () => {
    const optionsOf = (stack: string) =>
      resourcesOf(stack)
        .filter(({ type }) => type === QUEUE)
        .map(({ name, options }) => [name, options]);

    const kept = { protect: true, retainOnDelete: true };
    expect(optionsOf("prod")).toEqual([
      ["email", kept],
      ["default", kept],
      ["dead-letter", kept],
    ]);
    expect(optionsOf("dev")[0]).toEqual(["email", { protect: false, retainOnDelete: false }]);
  });
});
