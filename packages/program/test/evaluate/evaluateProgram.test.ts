import * as pulumi from "@pulumi/pulumi";
import { evaluateProgram, type Evaluation } from "../../evaluate/evaluateProgram.ts";

class Thing extends pulumi.CustomResource {
  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super("gcp:test/thing:Thing", name, {}, opts);
  }
}

function evaluate(
  program: () => object,
  register: Evaluation["register"] = () => undefined,
): Promise<object> {
  const evaluation = { project: "project", stack: "stack", config: {}, register };
  return evaluateProgram(evaluation, async () => ({ ...program() }));
}

describe("A program without the engine", () => {
  it("is told what its resources came to, and gives what it exports", async () => {
    const outputs = await evaluate(
      () => {
        const { id, urn } = new Thing("thing");
        return { id, urn, plain: [1] };
      },
      ({ name }) => ({ id: `${name}-id`, outputs: {} }),
    );

    expect(outputs).toEqual({
      id: "thing-id",
      urn: "urn:pulumi:stack::project::gcp:test/thing:Thing::thing",
      plain: [1],
    });
  });

  it("fails with the first failure of who answers it, and goes no further", async () => {
    const registered: string[] = [];
    const evaluation = evaluate(
      () => {
        const first = new Thing("first");
        new Thing("second", { dependsOn: first });
        return {};
      },
      ({ name, isCustom }) => {
        if (!isCustom) return undefined;
        registered.push(name);
        throw new Error(`No '${name}'.`);
      },
    );

    await expect(evaluation).rejects.toThrow("No 'first'.");
    expect(registered).toEqual(["first"]);
  });
});
