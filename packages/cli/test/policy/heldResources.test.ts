import { UNKNOWN } from "../../../../policy/resource.ts";
import { heldResources } from "../../policy/heldResources.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const urn = (name: string) => `urn:pulumi:dev::background-tasks::${QUEUE}::${name}`;

/** The event of the engine that has looked up a resource. */
function lookedUp(held: object | null, op = "refresh") {
  return { sequence: 1, resOutputsEvent: { metadata: { op, new: held }, planning: true } };
}

describe("heldResources", () => {
  it("are what the cloud holds of a stack's resources", () => {
    const email = {
      urn: urn("email"),
      type: QUEUE,
      custom: true,
      inputs: { name: "email", retryConfig: { maxAttempts: -1 } },
      outputs: { name: "email", retryConfig: { maxAttempts: 5 }, rateLimits: { maxBurstSize: 10 } },
      protect: true,
      retainOnDelete: true,
    };

    expect(
      heldResources([{ preludeEvent: {} }, lookedUp(email, "update"), { summaryEvent: {} }]),
    ).toEqual([
      {
        type: QUEUE,
        name: "email",
        properties: {
          name: "email",
          retryConfig: { maxAttempts: 5 },
          rateLimits: { maxBurstSize: 10 },
        },
        options: { protect: true, retainOnDelete: true },
      },
    ]);
  });

  it("tell no secret, and leave out what is gone", () => {
    const version = { urn: urn("a"), type: QUEUE, outputs: { list: [{ secretData: "[secret]" }] } };

    expect(heldResources([lookedUp(version), lookedUp(null, "delete")])).toEqual([
      {
        type: QUEUE,
        name: "a",
        properties: { list: [{ secretData: UNKNOWN }] },
        options: { protect: false, retainOnDelete: false },
      },
    ]);
  });
});
