import { Deployment, type Change, type StackResource } from "../../apply/deployment.ts";
import type { Context, Properties, ResourceType } from "../../resources/resourceType.ts";

const context = {} as Context;

/** A resource type that writes down what it was asked to do. */
function recordingType(calls: string[], rules: Partial<ResourceType> = {}): ResourceType {
  const describe = (inputs: Properties): string => JSON.stringify(inputs);
  return {
    replaceOn: ["location"],
    nameInput: "name",
    create: async (inputs) => {
      calls.push(`create ${describe(inputs)}`);
      return { id: `id-${calls.length}`, outputs: { ...inputs, made: calls.length } };
    },
    update: async (old, inputs) => {
      calls.push(`update ${old.id} ${describe(inputs)}`);
      return inputs;
    },
    delete: async ({ id }) => {
      calls.push(`delete ${id}`);
    },
    ...rules,
  };
}

function makeDeployment(type: ResourceType, resources: readonly StackResource[] = []) {
  const changes: Change[] = [];
  const deployment = new Deployment({ thing: type }, context, resources, (change) => {
    changes.push(change);
  });
  return { deployment, changes };
}

const existing: StackResource = {
  type: "thing",
  name: "a",
  id: "id-a",
  inputs: { name: "a", size: 1 },
  outputs: { name: "a", size: 1, made: 0 },
};

describe("Deployment", () => {
  it("creates a resource that it does not remember", async () => {
    const calls: string[] = [];
    const { deployment, changes } = makeDeployment(recordingType(calls));

    const resource = await deployment.register("thing", "a", { name: "a" });

    expect(resource.outputs).toEqual({ name: "a", made: 1 });
    expect(calls).toEqual(['create {"name":"a"}']);
    expect(changes).toEqual([{ operation: "create", type: "thing", name: "a" }]);
  });

  it("leaves alone a resource whose inputs are the same, and answers what is remembered", async () => {
    const calls: string[] = [];
    const { deployment, changes } = makeDeployment(recordingType(calls), [existing]);

    const resource = await deployment.register("thing", "a", { name: "a", size: 1 });

    expect(resource).toBe(existing);
    expect(calls).toEqual([]);
    expect(changes).toEqual([]);
  });

  it("updates in place where no input asks for a replacement", async () => {
    const calls: string[] = [];
    const { deployment } = makeDeployment(recordingType(calls), [existing]);

    const resource = await deployment.register("thing", "a", { name: "a", size: 2 });

    expect(calls).toEqual(['update id-a {"name":"a","size":2}']);
    expect(resource.id).toBe("id-a");
  });

  it("creates the successor of another name before it deletes the replaced one", async () => {
    const calls: string[] = [];
    const { deployment } = makeDeployment(recordingType(calls), [existing]);

    await deployment.register("thing", "a", { name: "b", location: "eu" });
    await deployment.deleteVanished();

    expect(calls).toEqual(['create {"name":"b","location":"eu"}', "delete id-a"]);
    expect(deployment.resources.map(({ id }) => id)).toEqual(["id-1"]);
  });

  it("deletes the replaced one first where both have the same name", async () => {
    const calls: string[] = [];
    const { deployment } = makeDeployment(recordingType(calls), [existing]);

    await deployment.register("thing", "a", { name: "a", location: "eu" });
    await deployment.deleteVanished();

    expect(calls).toEqual(["delete id-a", 'create {"name":"a","location":"eu"}']);
  });

  it("remembers a replaced one that it could not delete, and deletes it the next time", async () => {
    const calls: string[] = [];
    const refusing = recordingType(calls, {
      delete: async () => {
        throw new Error("It is in use");
      },
    });
    const { deployment } = makeDeployment(refusing, [existing]);
    await deployment.register("thing", "a", { name: "b", location: "eu" });
    await expect(deployment.deleteVanished()).rejects.toThrow("It is in use");

    const { deployment: next, changes } = makeDeployment(
      recordingType(calls),
      deployment.resources,
    );
    await next.register("thing", "a", { name: "b", location: "eu" });
    await next.deleteVanished();

    expect(calls).toEqual(['create {"name":"b","location":"eu"}', "delete id-a"]);
    expect(next.resources.map(({ id }) => id)).toEqual(["id-1"]);
    expect(changes).toEqual([]);
  });

  it("deletes what the program no longer registers, last created first", async () => {
    const calls: string[] = [];
    const remembered = ["a", "b", "c"].map((name) => ({ ...existing, name, id: `id-${name}` }));
    const { deployment, changes } = makeDeployment(recordingType(calls), remembered);

    await deployment.register("thing", "b", existing.inputs);
    await deployment.deleteVanished();

    expect(calls).toEqual(["delete id-c", "delete id-a"]);
    expect(changes.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
      "delete c",
      "delete a",
    ]);
    expect(deployment.resources.map(({ name }) => name)).toEqual(["b"]);
  });

  it("names the resource and the operation that failed", async () => {
    const refusing = recordingType([], {
      create: async () => {
        throw new Error("Queue already exists");
      },
    });
    const { deployment } = makeDeployment(refusing);

    await expect(deployment.register("thing", "a", {})).rejects.toThrow(
      "Cannot create 'a' (thing): Queue already exists",
    );
    expect(deployment.resources).toEqual([]);
  });

  it("refuses a type that it does not know, naming those that it does", async () => {
    const { deployment } = makeDeployment(recordingType([]));

    await expect(deployment.register("gcp:storage/bucket:Bucket", "b", {})).rejects.toThrow(
      "The program registers 'b' of type 'gcp:storage/bucket:Bucket', which the local cloud cannot deploy. Known types: 'thing'.",
    );
  });
});
