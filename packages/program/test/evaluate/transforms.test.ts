import * as pulumi from "@pulumi/pulumi";
import { applyProgram } from "../../apply/applyProgram.ts";
import { evaluateProgram } from "../../evaluate/evaluateProgram.ts";
import type { Registration } from "../../evaluate/monitor.ts";
import { maskSecrets } from "../../evaluate/secrets.ts";
import type { Properties, ResourceType } from "../../resources/resourceType.ts";

const TYPE = "gcp:test/thing:Thing";

class Thing extends pulumi.CustomResource {
  declare readonly made: pulumi.Output<string>;
  declare readonly size: pulumi.Output<number>;

  constructor(name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super(TYPE, name, { made: undefined, ...props }, opts);
  }
}

class Group extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("test:Group", name, {}, opts);
  }
}

/** Evaluates a program and returns its things as they are registered, by name. */
async function things(program: () => void): Promise<Record<string, Registration>> {
  const registered: [string, Registration][] = [];
  await evaluateProgram(
    {
      project: "project",
      stack: "stack",
      config: {},
      register: (resource) => {
        if (resource.type !== TYPE) return undefined;
        registered.push([resource.name, resource]);
        return { id: resource.name, outputs: { ...resource.inputs, made: "by Google" } };
      },
    },
    async () => {
      program();
      return {};
    },
  );
  return Object.fromEntries(registered);
}

/** Writes down that it was there. */
function trace(mark: string): pulumi.ResourceTransform {
  return ({ props, opts }) => ({ props: { ...props, trace: `${props["trace"]} ${mark}` }, opts });
}

describe("Transforms, as the engine applies them", () => {
  it("are the resource's own, then its parents' going outward, then the stack's", async () => {
    const { thing, other } = await things(() => {
      pulumi.runtime.registerResourceTransform(trace("stack1"));
      const outer = new Group("outer", { transforms: [trace("outer1"), trace("outer2")] });
      const inner = new Group("inner", { transforms: [trace("inner")], parent: outer });
      const transforms = [trace("own1"), trace("own2")];
      const older: pulumi.ResourceTransformation = ({ props, opts }) => ({
        props: { ...(props as object), trace: "older" },
        opts,
      });
      new Thing("thing", {}, { parent: inner, transforms, transformations: [older] });
      new Thing("other", { trace: "" });
      pulumi.runtime.registerResourceTransform(trace("stack2"));
    });

    expect(thing?.inputs["trace"]).toBe("older own1 own2 inner outer1 outer2 stack1 stack2");
    expect(other?.inputs["trace"]).toBe(" stack1 stack2");
  });

  it("change what the program goes on with", async () => {
    const { second } = await things(() => {
      pulumi.runtime.registerResourceTransform(({ name, props, opts }) =>
        name === "first" ? { props: { ...props, size: 2 }, opts } : undefined,
      );
      const first = new Thing("first", { size: 1 });
      new Thing("second", { firstWas: first.size });
    });

    expect(second?.inputs["firstWas"]).toBe(2);
  });

  it("change options, which children take over from what their parent became", async () => {
    const { child, own } = await things(() => {
      const guard: pulumi.ResourceTransform = ({ name, props, opts }) =>
        name === "group"
          ? { props, opts: { ...opts, protect: true, retainOnDelete: true } }
          : undefined;
      pulumi.runtime.registerResourceTransform(guard);
      const group = new Group("group");
      new Thing("child", {}, { parent: group });
      new Thing("own", {}, { parent: group, retainOnDelete: false });
    });

    expect(child?.options).toEqual({ protect: true, retainOnDelete: true });
    expect(own?.options).toEqual({ protect: true, retainOnDelete: false });
  });

  it("see a secret as an output, and what they return of it stays secret", async () => {
    const seen: unknown[] = [];
    const { thing } = await things(() => {
      pulumi.runtime.registerResourceTransform(({ props, opts }) => {
        seen.push(pulumi.Output.isInstance(props["key"]), props["plain"]);
        const longer = (props["key"] as pulumi.Output<string>).apply((key) => `${key}!`);
        return { props: { ...props, longer }, opts };
      });
      new Thing("thing", { key: pulumi.secret("k"), plain: pulumi.output("p") });
    });

    expect(seen).toEqual([true, "p"]);
    expect(thing?.inputs["plain"]).toBe("p");
    expect(maskSecrets(thing?.inputs)).toMatchObject({
      key: expect.stringMatching(/^\[secret /),
      longer: expect.stringMatching(/^\[secret /),
    });
  });

  it("see what depends on other resources as an output where they are the resource's own", async () => {
    const seen: Record<string, boolean> = {};
    const look =
      (by: string): pulumi.ResourceTransform =>
      ({ props }) => {
        if ("of" in props) seen[by] = pulumi.Output.isInstance(props["of"]);
        return undefined;
      };
    const { one, two } = await things(() => {
      const first = new Thing("first", {});
      new Thing("one", { of: first.made }, { transforms: [look("own")] });
      const group = new Group("group", { transforms: [look("parent's")] });
      new Thing("two", { of: first.made }, { parent: group });
    });

    expect(seen).toEqual({ own: true, "parent's": false });
    expect([one?.inputs["of"], two?.inputs["of"]]).toEqual(["by Google", "by Google"]);
  });

  it("end the evaluation where they fail, and name the resource", async () => {
    const evaluation = things(() => {
      pulumi.runtime.registerResourceTransform(() => {
        throw new Error("Not today.");
      });
      new Thing("thing", {});
    });

    await expect(evaluation).rejects.toThrow(
      `A transform of 'thing' (${TYPE}) failed: Error: Not today.`,
    );
  });

  it("reach what is made of a resource, as `npm start` makes it", async () => {
    const made: Properties[] = [];
    const type: ResourceType = {
      replaceOn: [],
      nameInput: "name",
      create: async (inputs) => {
        made.push(inputs);
        return { id: "id", outputs: inputs };
      },
      delete: async () => undefined,
    };
    const api = {
      get: jest.fn(),
      post: jest.fn(),
      put: jest.fn(),
      patch: jest.fn(),
      delete: jest.fn(),
    };
    const { error, outputs } = await applyProgram({
      project: "project",
      stack: "local",
      config: {},
      resources: [],
      context: { api: api, project: "p", region: "r" },
      listener: { onChange: () => undefined },
      types: { [TYPE]: type },
      endpoint: "http://127.0.0.1:1",
      loadProgram: async () => {
        pulumi.runtime.registerResourceTransform(({ props, opts }) => ({
          props: { ...props, ingress: "INGRESS_TRAFFIC_ALL" },
          opts,
        }));
        const thing = new Thing("thing", { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" });
        return { id: thing.id };
      },
    });

    expect({ error, outputs }).toEqual({ error: undefined, outputs: { id: "id" } });
    expect(made).toEqual([{ ingress: "INGRESS_TRAFFIC_ALL" }]);
  });
});
