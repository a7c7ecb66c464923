import { registeredResources } from "@background-tasks/program/declare/registeredResources.ts";
import { readStackFiles } from "@background-tasks/program/stack/stackFiles.ts";
import { ProjectCopy } from "@background-tasks/cli/test/support/projectCopy.ts";
import { evaluate } from "../../policy/evaluate.ts";
import { QUEUE, SERVICE, UNKNOWN, type Resource } from "../../policy/resource.ts";
import { changed } from "../fixtures/policy/breaches.ts";

// The fixture's program in stack prod, with a second worker, which does the tasks of the queue 'email'.

let two: readonly Resource[];
/** The same, with the second worker retired and its queue moved back. */
let idle: readonly Resource[];

beforeAll(async () => {
  using project = new ProjectCopy();
  const declared = async (): Promise<readonly Resource[]> => {
    const [reply] = await registeredResources(
      project.directory,
      readStackFiles(project.directory, "prod"),
    );
    if (!reply || "error" in reply) throw new Error(reply?.error);
    return reply.resources;
  };
  project.edit("tasks/workers.ts", "worker: {},", "worker: {}, mails: { maxInstances: 4 },");
  const undo = project.edit("tasks/queues.ts", "email: {", 'email: { worker: "mails",');
  two = await declared();
  undo();
  project.edit("tasks/workers.ts", "mails: {", "mails: { retired: true,");
  idle = await declared();
});

const find = (all: readonly Resource[], type: string, name: string): Resource => {
  const found = all.find((one) => one.type === type && one.name === name);
  if (!found) throw new Error(`No ${type} '${name}'.`);
  return found;
};

/** The resources with another value at a path of one of them, which is given what it was. */
function change(
  all: readonly Resource[],
  [type, name]: readonly [string, string],
  path: string,
  to: (value: unknown) => unknown,
): readonly Resource[] {
  const resource = find(all, type, name);
  const value = path
    .split(".")
    .reduce<unknown>((one, key) => Reflect.get(one as object, key), resource.properties);
  const other = changed(resource, ["properties", ...path.split(".")], to(value)) as Resource;
  return all.map((one) => (one === resource ? other : one));
}

const broken = (all: readonly Resource[]): string[] =>
  evaluate(all, {}).map(({ rule, message }) => `${rule}: ${message}`);

const EMAIL = [QUEUE, "email"] as const;
const MAILS = [SERVICE, "worker:mails"] as const;
const WORKER = [SERVICE, "worker"] as const;
const INVOKER = "httpTarget.oidcToken.serviceAccountEmail";
const account = (id: string): string => `${id}@example-project.iam.gserviceaccount.com`;

describe("A program with two workers", () => {
  it("keeps every rule, also with one that is retired", () => {
    expect(broken(two)).toEqual([]);
    expect(broken(idle)).toEqual([]);
    expect(find(idle, ...MAILS).options.protect).toBe(false);
  });

  it("keeps them while a preview does not know where anything is", () => {
    const unknown = two.map((resource) => {
      const uri = resource.type === SERVICE ? { uri: UNKNOWN } : {};
      const target = resource.properties["httpTarget"];
      if (resource.type !== QUEUE || target === undefined) {
        return { ...resource, properties: { ...resource.properties, ...uri } };
      }
      const told = changed(resource, ["properties", "httpTarget", "uriOverride", "host"], UNKNOWN);
      return changed(
        told,
        ["properties", "httpTarget", "oidcToken", "audience"],
        UNKNOWN,
      ) as Resource;
    });

    expect(broken(unknown)).toEqual([]);
  });

  it("breaks them where a queue sends to one as another's invoker", () => {
    const crossed = change(two, EMAIL, INVOKER, () => account("prod-invoker"));

    expect(broken(crossed)).toEqual([
      `invoker-calls-worker: Queue 'email' has '${INVOKER}' '${account("prod-invoker")}'; its worker expects ` +
        `'${account("prod-invoker-mails")}' ('TASKS_INVOKER'). Set one to the other.`,
    ]);
  });

  it("breaks them where a queue sends to one with a token for another", () => {
    const { uri } = find(two, ...WORKER).properties;
    const crossed = change(two, EMAIL, "httpTarget.oidcToken.audience", () => uri);

    expect(broken(crossed)).toEqual([
      `queue-sends-to-worker: Queue 'email' has 'httpTarget.oidcToken.audience' '${String(uri)}'; set it to ` +
        `'${String(find(two, ...MAILS).properties["uri"])}'.`,
    ]);
  });

  it("breaks them where one has a timeout below its own queue's deadline, not another's", () => {
    const timeout = "template.timeout";

    // Its queue waits for a minute, the other's for five.
    expect(broken(change(two, MAILS, timeout, () => "60s"))).toEqual([]);
    expect(broken(change(two, MAILS, timeout, () => "59s"))).toEqual([
      "dispatch-deadline-within-timeout: Service 'worker:mails' has 'template.timeout' '59s'; queue 'email' has " +
        "dispatch deadline '60s'. Raise the one or lower the other.",
    ]);
  });

  it("breaks them where one has fewer places than its own queues dispatch", () => {
    const instances = "template.scaling.maxInstanceCount";

    // Of prod's queue 'email' there are forty at once, of 'default' twenty.
    expect(broken(change(two, WORKER, instances, () => 1))).toEqual([]);
    expect(broken(change(two, MAILS, instances, () => 1))).toEqual([
      "queues-fit-worker: Service 'worker:mails' takes 20 requests at once ('maxInstanceCount' 1 × " +
        "'maxInstanceRequestConcurrency' 20); its queues' 'rateLimits.maxConcurrentDispatches' add up to 40. Raise " +
        "one of the service's settings or lower the queues'.",
    ]);
  });

  it("breaks them where one may not keep its dead letters", () => {
    const left = two.filter(({ name }) => name !== "dead-letter-deleter-worker:mails");

    expect(broken(left)).toEqual([
      "dead-letters-kept: Queue 'dead-letter' gives 'roles/cloudtasks.taskDeleter' not to " +
        `'serviceAccount:${account("prod-worker-mails")}', the worker's account; grant it without a condition, ` +
        "and remove the IAM policy or binding that takes it away.",
    ]);
  });

  it("breaks them where one that has a queue can be deleted", () => {
    const open = (all: readonly Resource[]) =>
      change(all, MAILS, "deletionProtection", () => false);

    expect(broken(open(two))).toEqual([
      "deletion-protected: Service 'worker:mails' has no 'deletionProtection', and could be deleted with its " +
        "tasks; set 'protect' to 'true' in the stack's configuration.",
    ]);
    expect(broken(open(idle))).toEqual([]);
    // Which queue sends to it is not known.
    expect(broken(change(idle, EMAIL, "httpTarget.uriOverride.host", () => UNKNOWN))).toEqual([
      expect.stringMatching(/^deletion-protected: Service 'worker:mails' has no option 'protect'/),
      expect.stringMatching(
        /^deletion-protected: Service 'worker:mails' has no 'deletionProtection'/,
      ),
    ]);
  });
});
