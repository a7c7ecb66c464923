import { Deployment, type Change, type StackResource } from "../../apply/deployment.ts";
import { ApiError } from "../../resources/api.ts";
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
  const deployment = new Deployment({ thing: type }, context, resources, {
    onChange: (change) => changes.push(change),
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

/** Things by their ids, as a cloud has them, and what was asked of it. */
function thingsCloud(existing: Readonly<Record<string, Properties>> = {}) {
  const there = new Map(Object.entries(existing));
  const calls: string[] = [];
  const idOf = (inputs: Properties): string => `things/${String(inputs["name"])}`;
  const type: ResourceType = {
    replaceOn: ["name", "location"],
    nameInput: "name",
    idOf,
    async create(inputs) {
      const id = idOf(inputs);
      calls.push(`create ${id}`);
      if (there.has(id)) throw new ApiError(409, "It already exists.");
      there.set(id, inputs);
      if (inputs["fails"] === true) throw new ApiError(404, "It does not exist.");
      return { id, outputs: inputs };
    },
    async update({ id, inputs: old }, inputs) {
      calls.push(`update ${id} from ${JSON.stringify(old)}`);
      if (!there.has(id)) throw new ApiError(404, "It does not exist.");
      there.set(id, inputs);
      return inputs;
    },
    async delete({ id }) {
      calls.push(`delete ${id}`);
      if (!there.delete(id)) throw new ApiError(404, "It does not exist.");
    },
  };
  return { type, calls, things: () => Object.fromEntries(there) };
}

const FAILED = "Cannot create 'a' (thing): It does not exist.";

describe("Deployment, after a creation that failed", () => {
  it("adopts what the creation had made", async () => {
    const { type, calls, things } = thingsCloud();
    const { deployment: first } = makeDeployment(type);
    await expect(first.register("thing", "a", { name: "a", fails: true })).rejects.toThrow(FAILED);

    const { deployment: second, changes } = makeDeployment(type, first.resources);
    await second.register("thing", "a", { name: "a", size: 2 });

    expect(calls).toEqual(["create things/a", "create things/a", "update things/a from {}"]);
    expect(things()).toEqual({ "things/a": { name: "a", size: 2 } });
    expect(changes).toEqual([{ operation: "create", type: "thing", name: "a" }]);
    expect(second.resources).toEqual([
      {
        type: "thing",
        name: "a",
        id: "things/a",
        inputs: { name: "a", size: 2 },
        outputs: { name: "a", size: 2 },
      },
    ]);
  });

  it("makes anew what it adopts, where that cannot be changed in place", async () => {
    const { type, calls, things } = thingsCloud();
    const { deployment: first } = makeDeployment(type);
    const failing = { name: "a", location: "eu", fails: true };
    await expect(first.register("thing", "a", failing)).rejects.toThrow(FAILED);

    const { deployment: second } = makeDeployment(type, first.resources);
    await second.register("thing", "a", { name: "a", location: "us" });

    expect(calls.slice(1)).toEqual(["create things/a", "delete things/a", "create things/a"]);
    expect(things()).toEqual({ "things/a": { name: "a", location: "us" } });
  });

  it("creates what the creation had not made", async () => {
    const { type, calls, things } = thingsCloud();
    const unfinished = { ...existing, id: "things/a", isUnfinished: true as const };

    const { deployment } = makeDeployment(type, [unfinished]);
    await deployment.register("thing", "a", unfinished.inputs);

    expect(calls).toEqual(["create things/a"]);
    expect(things()).toEqual({ "things/a": unfinished.inputs });
  });

  it("deletes what it made where the program asks for it no longer, or by another name", async () => {
    const { type, calls, things } = thingsCloud();
    const { deployment: first } = makeDeployment(type);
    await expect(first.register("thing", "a", { name: "a", fails: true })).rejects.toThrow(FAILED);

    const { deployment: renamed } = makeDeployment(type, first.resources);
    await renamed.register("thing", "a", { name: "b" });
    await renamed.deleteVanished();
    const { deployment: removed } = makeDeployment(type, first.resources);
    await removed.deleteVanished();

    expect(calls.slice(1)).toEqual(["create things/b", "delete things/a", "delete things/a"]);
    expect(things()).toEqual({ "things/b": { name: "b" } });
    expect(removed.resources).toEqual([]);
  });

  it("does not take another's: what was there before the first try", async () => {
    const { type, calls } = thingsCloud({ "things/a": { name: "a" } });
    const { deployment: first } = makeDeployment(type);
    await expect(first.register("thing", "a", { name: "a" })).rejects.toThrow("It already exists.");
    expect(first.resources).toEqual([]);

    const { deployment: second } = makeDeployment(type, first.resources);
    await expect(second.register("thing", "a", { name: "a" })).rejects.toThrow(
      "It already exists.",
    );
    expect(calls).toEqual(["create things/a", "create things/a"]);
  });

  it("keeps the one that was to be replaced, where its successor's name is another's", async () => {
    const { type } = thingsCloud({ "things/a": existing.inputs, "things/b": {} });
    const old = { ...existing, id: "things/a" };
    const { deployment } = makeDeployment(type, [old]);

    await expect(deployment.register("thing", "a", { name: "b" })).rejects.toThrow(
      "Cannot replace 'a' (thing): It already exists.",
    );

    expect(deployment.resources).toEqual([old]);
  });

  it("takes the replaced one back where the program asks for it again", async () => {
    const { type, calls, things } = thingsCloud({ "things/a": existing.inputs });
    const old = { ...existing, id: "things/a" };
    const { deployment: first } = makeDeployment(type, [old]);
    // Something else then fails, so that nothing is deleted.
    await first.register("thing", "a", { name: "b" });

    const { deployment: second } = makeDeployment(type, first.resources);
    await second.register("thing", "a", { name: "a", size: 3 });
    await second.deleteVanished();

    expect(calls).toEqual([
      "create things/b",
      "create things/a",
      'update things/a from {"name":"a","size":1}',
      "delete things/b",
    ]);
    expect(things()).toEqual({ "things/a": { name: "a", size: 3 } });
    expect(second.resources.map(({ id }) => id)).toEqual(["things/a"]);
  });

  it("goes on where a replacement failed after the old one was deleted", async () => {
    const { type, calls } = thingsCloud({ "things/a": existing.inputs });
    const old = { ...existing, id: "things/a" };
    const { deployment: first } = makeDeployment(type, [old]);
    const inputs = { name: "a", location: "eu" };
    await expect(first.register("thing", "a", { ...inputs, fails: true })).rejects.toThrow(
      "It does not exist.",
    );

    const { deployment: second } = makeDeployment(type, first.resources);
    await second.register("thing", "a", inputs);

    expect(calls).toEqual([
      "delete things/a",
      "create things/a",
      "create things/a",
      "update things/a from {}",
    ]);
  });

  it("begins a creation only when it is remembered", async () => {
    const { type, calls } = thingsCloud();
    const remembered: (readonly StackResource[])[] = [];
    let remember = (): void => undefined;
    const promise = new Promise<void>((resolve) => (remember = resolve));
    const deployment = new Deployment({ thing: type }, context, [], {
      onChange: () => undefined,
      onResources: (resources) => {
        remembered.push(resources);
        return promise;
      },
    });

    const registering = deployment.register("thing", "a", { name: "a" });
    await new Promise(setImmediate);
    expect(calls).toEqual([]);
    remember();
    await registering;

    expect(calls).toEqual(["create things/a"]);
    const known = { type: "thing", name: "a", id: "things/a", inputs: { name: "a" } };
    expect(remembered).toEqual([
      [{ ...known, outputs: {}, isUnfinished: true }],
      [{ ...known, outputs: { name: "a" } }],
    ]);
  });
});

describe("Deployment, where a resource is gone already", () => {
  it("takes it for deleted", async () => {
    const { type } = thingsCloud();
    const { deployment, changes } = makeDeployment(type, [{ ...existing, id: "things/a" }]);

    await deployment.deleteVanished();

    expect(deployment.resources).toEqual([]);
    expect(changes).toEqual([{ operation: "delete", type: "thing", name: "a" }]);
  });
});
