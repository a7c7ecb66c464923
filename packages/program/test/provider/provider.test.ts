import { runtime } from "@pulumi/pulumi";
import { ApiError, type Api, type Json } from "../../resources/api.ts";
import { Provider } from "../../provider/provider.ts";
import { resourceTypes } from "../../resources/resourceTypes.ts";

const QUEUE = { type: "gcp:cloudtasks/queue:Queue", name: "email" };
const IMAGE = { type: "docker:index/image:Image", name: "worker" };
const ID = "projects/p/locations/europe-west1/queues/dev-email-1a2b3c4d";

/** A provider in project `p`, and the calls that it makes of an API which answers all of them the same. */
function makeProvider(answer: Json | ApiError = {}) {
  const calls: string[] = [];
  const call =
    (method: string) =>
    async (path: string): Promise<Json> => {
      calls.push(`${method} ${path}`);
      if (answer instanceof ApiError) throw answer;
      return answer;
    };
  const api: Api = {
    get: call("GET"),
    post: call("POST"),
    put: call("PUT"),
    patch: call("PATCH"),
    delete: call("DELETE"),
  };
  const provider = new Provider(resourceTypes, api);
  provider.configure({ project: "p", region: "europe-west1" });
  return { provider, calls };
}

describe("Provider", () => {
  it("completes inputs with the provider's defaults and a name that it keeps", async () => {
    const { provider } = makeProvider();

    const { inputs, problems } = await provider.check(QUEUE, {}, {});
    const again = await provider.check(QUEUE, inputs, {});

    expect(inputs).toEqual({
      name: expect.stringMatching(/^email-[0-9a-f]{7}$/),
      project: "p",
      location: "europe-west1",
      desiredState: "RUNNING",
    });
    expect(problems).toEqual([]);
    expect(again.inputs).toEqual(inputs);
  });

  it("refuses what is missing and what Google would refuse, each by its name", async () => {
    const { provider } = makeProvider();

    const queue = await provider.check(
      QUEUE,
      {},
      { name: "no_underscore", rateLimits: { maxDispatchesPerSecond: 501 } },
    );
    const account = await provider.check(
      { type: "gcp:serviceaccount/account:Account", name: "a" },
      {},
      {},
    );

    expect(queue.problems).toEqual([
      {
        property: "name",
        reason: `'name' is "no_underscore"; it must be at most 100 letters, digits and '-'.`,
      },
      {
        property: "rateLimits.maxDispatchesPerSecond",
        reason: "'rateLimits.maxDispatchesPerSecond' is 501; it must be at most 500.",
      },
    ]);
    expect(account.problems).toEqual([
      { property: "accountId", reason: "'accountId' is missing." },
    ]);
  });

  it("does not judge what a preview does not know yet", async () => {
    const { provider } = makeProvider();

    const { problems } = await provider.check(QUEUE, {}, { name: runtime.unknownValue });

    expect(problems).toEqual([]);
  });

  it.each([
    { change: { retryConfig: { maxAttempts: 5 } }, replaces: [] },
    { change: { location: "europe-west3" }, replaces: ["location"] },
    { change: { project: "q" }, replaces: ["project"] },
    { change: { name: runtime.unknownValue }, replaces: ["name"] },
  ])("updates a queue in place or replaces it: $change", ({ change, replaces }) => {
    const { provider } = makeProvider();
    const old = { name: "a", project: "p", location: "europe-west1" };

    const diff = provider.diff(QUEUE, old, { ...old, ...change });

    expect(diff.changed).toEqual(Object.keys(change));
    expect(diff.replaces).toEqual(replaces);
  });

  it.each([
    { type: "gcp:cloudtasks/queue:Queue", inputs: { name: "dev-email-1a2b3c4d" }, first: true },
    { type: "gcp:cloudtasks/queue:Queue", inputs: { name: "email-1a2b3c4" }, first: false },
    {
      type: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
      inputs: { name: "w" },
      first: true,
    },
    {
      type: "gcp:artifactregistry/repository:Repository",
      inputs: { repositoryId: "w" },
      first: false,
    },
  ])("deletes $inputs before it replaces it: $first", ({ type, inputs, first }) => {
    const { provider } = makeProvider();
    const old = { ...inputs, location: "europe-west1" };

    const diff = provider.diff({ type, name: "email" }, old, { ...old, location: "europe-west3" });

    expect(diff.replaces).toEqual(["location"]);
    expect(diff.deleteBeforeReplace).toBe(first);
  });

  it("asks nothing of Google in a preview, and says what it cannot know", async () => {
    const { provider, calls } = makeProvider();
    const old = { id: "i", inputs: {}, outputs: { repoDigest: "host/w@sha256:old", a: 1 } };

    const created = await provider.create(QUEUE, { name: "a" }, true);
    const updated = await provider.update(IMAGE, old, { imageName: "host/w" }, true);

    expect(created).toEqual({ id: "", outputs: { name: "a" } });
    expect(updated).toEqual({ a: 1, imageName: "host/w", repoDigest: runtime.unknownValue });
    expect(calls).toEqual([]);
  });

  it("reads a resource into the inputs that would make it so", async () => {
    const { provider, calls } = makeProvider({
      name: ID,
      state: "PAUSED",
      rateLimits: { maxDispatchesPerSecond: 1, maxBurstSize: 10 },
      retryConfig: { maxAttempts: 8, minBackoff: "0.100s" },
    });
    const given = {
      name: "dev-email-1a2b3c4d",
      project: "p",
      location: "europe-west1",
      desiredState: "RUNNING",
      rateLimits: { maxDispatchesPerSecond: 20 },
      retryConfig: { minBackoff: "0.1s" },
    };
    const recorded = {
      ...given,
      rateLimits: { maxDispatchesPerSecond: 20, maxBurstSize: 10 },
      retryConfig: { maxAttempts: 8, minBackoff: "0.100s" },
    };

    const read = await provider.read(QUEUE, { id: ID, inputs: given, outputs: recorded });

    expect(calls).toEqual([`GET /v2/${ID}`]);
    // What was changed is taken over; Google's defaults, and its way to write durations, are not.
    expect(read?.inputs).toEqual({
      ...given,
      desiredState: "PAUSED",
      rateLimits: { maxDispatchesPerSecond: 1 },
    });
  });

  it("reads a resource that is imported by its id alone", async () => {
    const { provider } = makeProvider({ name: ID, state: "RUNNING", rateLimits: {} });

    const read = await provider.read(QUEUE, { id: ID, inputs: {}, outputs: {} });

    expect(read?.inputs).toEqual({
      name: "dev-email-1a2b3c4d",
      project: "p",
      location: "europe-west1",
      desiredState: "RUNNING",
      rateLimits: {},
    });
  });

  it("finds a resource gone, and deletes one that is gone without complaint", async () => {
    const { provider } = makeProvider(new ApiError(404, "Not found."));
    const deployed = { id: ID, inputs: {}, outputs: { name: "a" } };

    expect(await provider.read(QUEUE, deployed)).toBeUndefined();
    await expect(provider.delete(QUEUE, deployed)).resolves.toBeUndefined();
  });

  it("takes over an account that exists, where the program says so, and no other", async () => {
    const account = { type: "gcp:serviceaccount/account:Account", name: "a" };
    const { provider, calls } = makeProvider(new ApiError(409, "It exists already."));
    const inputs = { accountId: "dev-worker" };

    await expect(provider.create(account, inputs, false)).rejects.toThrow("It exists already.");
    await expect(
      provider.create(account, { ...inputs, createIgnoreAlreadyExists: true }, false),
    ).rejects.toThrow();
    expect(calls).toEqual([
      "POST /v1/projects/p/serviceAccounts",
      "POST /v1/projects/p/serviceAccounts",
      "GET /v1/projects/p/serviceAccounts/dev-worker@p.iam.gserviceaccount.com",
    ]);
  });
});
