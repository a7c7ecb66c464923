import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { registeredResources } from "@background-tasks/program/declare/registeredResources.ts";
import { readStackFiles } from "@background-tasks/program/stack/stackFiles.ts";
import { ProjectCopy } from "@background-tasks/cli/test/support/projectCopy.ts";
import { evaluate } from "../../policy/evaluate.ts";
import { freedomFor, mayDiffer, type Freedom } from "../../policy/mayDiffer.ts";
import { readPolicyConfig } from "../../policy/policyConfig.ts";
import type { Resource } from "../../policy/resource.ts";
import { applied, describeVariant, variantsOf, type Variant } from "../fixtures/policy/variants.ts";

/** Every change of one property of the program, by its stack, that no rule refuses and that may not differ. */
const unexplained: string[] = [];
/** What may differ, and does in a change that no rule refuses. */
const used = new Set<Freedom>();
let tried = 0;

/** What a stack has only where its configuration asks for it. */
const ASKED_FOR = "  alerts:\n    page: [email:on-call@example.com]\n  requestLogs: failures\n";

beforeAll(async () => {
  using project = new ProjectCopy();
  appendFileSync(join(project.directory, "Pulumi.prod.yaml"), ASKED_FOR);
  const files = readStackFiles(project.directory).filter(({ stack }) => stack !== "local");
  for (const reply of await registeredResources(project.directory, files)) {
    if ("error" in reply) throw new Error(reply.error);
    const resources: readonly Resource[] = reply.resources;
    const config = readPolicyConfig(project.directory, reply.stack);
    for (const [i, resource] of resources.entries()) {
      for (const variant of variantsOf(resource)) {
        tried++;
        const freedom = freedomOf(variant);
        // One change is reason enough for a line of the list, and there are thousands.
        if (freedom !== undefined && used.has(freedom)) continue;
        const isRefused = evaluate(resources.with(i, applied(variant)), config).length > 0;
        if (isRefused) continue;
        if (freedom === undefined) unexplained.push(`${reply.stack}: ${describeVariant(variant)}`);
        else used.add(freedom);
      }
    }
  }
});

function freedomOf({ resource, place, kind }: Variant): Freedom | undefined {
  return freedomFor(resource.type, place.replace(/^properties\./, ""), kind);
}

describe("a change of any one property of the program", () => {
  it("is refused, or is on the list of what may differ", () => {
    expect(unexplained).toEqual([]);
    // Nothing would be unexplained if nothing were tried.
    expect(tried).toBeGreaterThan(900);
  });

  it("is the reason for every line of the list", () => {
    expect(mayDiffer.filter((freedom) => !used.has(freedom))).toEqual([]);
  });
});
