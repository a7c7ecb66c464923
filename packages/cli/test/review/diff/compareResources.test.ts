import { compareResources } from "../../../review/diff/compareResources.ts";
import type { DeclaredResource } from "@background-tasks/program/declare/declared.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const GRANT = "gcp:cloudtasks/queueIamMember:QueueIamMember";

const TYPES = {
  [QUEUE]: { replaceOn: ["name", "location"], update: () => undefined },
  [GRANT]: { replaceOn: ["member"] },
};

function resource(
  name: string,
  inputs: Record<string, unknown>,
  more: Partial<DeclaredResource> = {},
): DeclaredResource {
  const options = { protect: false, retainOnDelete: false };
  return { type: QUEUE, name, inputs, properties: inputs, options, ...more };
}

describe("the comparison of two programs", () => {
  it("finds nothing where nothing changed", () => {
    const email = () =>
      resource("email", { name: "q", rateLimits: { maxConcurrentDispatches: 1 } });

    expect(compareResources([email()], [email()], TYPES)).toEqual([]);
  });

  it("tells which input changes in place, from what to what", () => {
    const before = resource("email", {
      name: "q",
      retryConfig: { maxAttempts: 3, maxDoublings: 5 },
    });
    const after = resource("email", {
      name: "q",
      retryConfig: { maxAttempts: 8, maxDoublings: 5 },
    });

    expect(compareResources([before], [after], TYPES)).toEqual([
      {
        operation: "update",
        type: QUEUE,
        name: "email",
        inputs: [{ path: "retryConfig.maxAttempts", before: "3", after: "8" }],
        replacedBy: [],
      },
    ]);
  });

  it("tells which input replaces a resource", () => {
    const before = resource("email", { name: "q", location: "europe-west1" });
    const after = resource("email", { name: "q", location: "europe-west4" });

    expect(compareResources([before], [after], TYPES)).toEqual([
      {
        operation: "replace",
        type: QUEUE,
        name: "email",
        inputs: [{ path: "location", before: '"europe-west1"', after: '"europe-west4"' }],
        replacedBy: ["location"],
      },
    ]);
  });

  it("replaces what has no update at all, whichever input changed", () => {
    const before = resource("g", { role: "a" }, { type: GRANT });
    const after = resource("g", { role: "b" }, { type: GRANT });

    expect(compareResources([before], [after], TYPES)).toMatchObject([
      { operation: "replace", replacedBy: ["role"] },
    ]);
  });

  it("tells what is new and what is gone", () => {
    const gone = resource("sms", { name: "s" });
    const made = resource("push", { name: "p" });

    expect(compareResources([gone], [made], TYPES)).toEqual([
      {
        operation: "create",
        type: QUEUE,
        name: "push",
        inputs: [{ path: "name", after: '"p"' }],
        replacedBy: [],
      },
      { operation: "delete", type: QUEUE, name: "sms", inputs: [], replacedBy: [] },
    ]);
  });

  it("counts it as a change when a resource loses its protection", () => {
    const before = resource("email", {}, { options: { protect: true, retainOnDelete: true } });
    const after = resource("email", {}, { options: { protect: false, retainOnDelete: true } });

    expect(compareResources([before], [after], TYPES)).toEqual([
      {
        operation: "update",
        type: QUEUE,
        name: "email",
        inputs: [{ path: "(option) protect", before: "true", after: "false" }],
        replacedBy: [],
      },
    ]);
  });
});
