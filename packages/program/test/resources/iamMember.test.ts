import { ApiError, type Api, type Json } from "../../resources/api.ts";
import { iamMember } from "../../resources/iamMember.ts";

/** An API that holds one policy, as Google does: a stale etag is refused. */
function policyApi(bindings: object[] = []) {
  let policy: Json = { bindings, etag: "1" };
  const interruptions: (() => void)[] = [];
  const refuse = (): Promise<Json> => Promise.reject(new Error("not called here"));
  const api: Api = {
    get: async () => policy,
    post: async (_path, body) => {
      interruptions.shift()?.();
      const next = (body as { policy: Json }).policy;
      if (next["etag"] !== policy["etag"]) throw new ApiError(409, "stale");
      policy = { ...next, etag: String(Number(policy["etag"]) + 1) };
      return policy;
    },
    put: refuse,
    patch: refuse,
    delete: refuse,
  };
  return {
    api,
    bindings: () => policy["bindings"],
    /** Another writer, between the read and the write. */
    interrupt: (others: object[]) => {
      interruptions.push(() => {
        policy = { bindings: others, etag: "another" };
      });
    },
  };
}

const type = iamMember("get", ["name"], () => "/v2/services/worker");
const inputs = { name: "worker", role: "roles/run.invoker", member: "serviceAccount:a" };

describe("iamMember", () => {
  it("adds the member to its role and keeps the others", async () => {
    const { api, bindings } = policyApi([
      { role: "roles/run.invoker", members: ["serviceAccount:b"] },
      { role: "roles/run.viewer", members: ["user:c"] },
    ]);

    await type.create(inputs, { api, project: "p", region: "r" });

    expect(bindings()).toEqual([
      { role: "roles/run.viewer", members: ["user:c"] },
      { role: "roles/run.invoker", members: ["serviceAccount:b", "serviceAccount:a"] },
    ]);
  });

  it("reads the policy again when another has written it in between", async () => {
    const { api, bindings, interrupt } = policyApi();
    interrupt([{ role: "roles/run.viewer", members: ["user:c"] }]);

    // The etag of the interrupting write is not a number: only a fresh read can match it.
    await type.create(inputs, { api, project: "p", region: "r" });

    expect(bindings()).toEqual([
      { role: "roles/run.viewer", members: ["user:c"] },
      { role: "roles/run.invoker", members: ["serviceAccount:a"] },
    ]);
  });

  it("removes the member, and the binding with its last member", async () => {
    const { api, bindings } = policyApi([
      { role: "roles/run.invoker", members: ["serviceAccount:a"] },
      { role: "roles/run.viewer", members: ["serviceAccount:a"] },
    ]);

    await type.delete({ id: "", inputs, outputs: {} }, { api, project: "p", region: "r" });

    expect(bindings()).toEqual([{ role: "roles/run.viewer", members: ["serviceAccount:a"] }]);
  });

  it("knows the member by its address in another case", async () => {
    const upper = { ...inputs, member: "user:Ada@Example.com" };
    const members = ["user:ada@example.com"];
    const { api, bindings } = policyApi([{ role: "roles/run.invoker", members }]);
    const context = { api, project: "p", region: "r" };

    await type.create(upper, context);
    expect(bindings()).toEqual([{ role: "roles/run.invoker", members: [upper.member] }]);
    const written = policyApi([{ role: "roles/run.invoker", members }]);
    expect(
      await type.read!({ id: "", inputs: upper, outputs: {} }, { ...context, api: written.api }),
    ).toBeDefined();
    await type.delete({ id: "", inputs: upper, outputs: {} }, { ...context, api: written.api });
    expect(written.bindings()).toEqual([]);
  });
});
