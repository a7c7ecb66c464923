import { evaluate } from "../../policy/evaluate.ts";
import { readPolicyConfig } from "../../policy/policyConfig.ts";
import {
  ACCOUNT,
  DEAD_LETTER_QUEUE,
  JOB,
  QUEUE,
  SERVICE,
  type Resource,
} from "../../policy/resource.ts";
import { rules } from "../../policy/rules/index.ts";
import * as infra from "../../infra/config/checks.ts";
import { registeredResources } from "@background-tasks/program/declare/registeredResources.ts";
import { readStackFiles } from "@background-tasks/program/stack/stackFiles.ts";
import { environment } from "../../tasks/contract/environment.ts";
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
}, 30_000);
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
    expect([...broken]).toEqual([rule]);
  });

  it("has the names that the rules know it by", () => {
    expect(DEAD_LETTER_QUEUE).toBe(infra.DEAD_LETTER_QUEUE);
    expect(environment.queues).toBe("TASKS_QUEUES");
  });

  it("holds back from deleting what holds tasks in prod only", () => {
    const optionsOf = (stack: string) =>
      resourcesOf(stack)
        .filter(({ type }) => type === QUEUE)
        .map(({ name, options }) => [name, options]);

    const kept = { protect: true, retainOnDelete: true };
    expect(optionsOf("prod")).toEqual([
      ["dead-letter", kept],
      ["email", kept],
      ["default", kept],
    ]);
    expect(optionsOf("dev")[0]).toEqual(["dead-letter", { protect: false, retainOnDelete: false }]);
  });
});
