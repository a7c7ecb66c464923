import { UNKNOWN } from "../../../../policy/resource.ts";
import { deployedResources } from "../../policy/deployedResources.ts";

const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:a",
};
const QUEUE = "gcp:cloudtasks/queue:Queue";
const urn = (name: string) => `urn:pulumi:dev::background-tasks::${QUEUE}::${name}`;

function read(...resources: object[]) {
  return deployedResources({ version: 3, deployment: { manifest: {}, resources } });
}

describe("deployedResources", () => {
  it("are what a stack's resources came to", () => {
    const email = {
      urn: urn("email"),
      type: QUEUE,
      custom: true,
      inputs: { name: "email", retryConfig: { maxAttempts: -1 } },
      outputs: { name: "email", retryConfig: { maxAttempts: 5 }, rateLimits: { maxBurstSize: 10 } },
      protect: true,
      retainOnDelete: true,
    };

    expect(read(email)).toEqual([
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

  it("tell no secret, and leave out what is being replaced", () => {
    const version = { urn: urn("a"), type: QUEUE, outputs: { list: [{ secretData: secret }] } };

    expect(read(version, { urn: urn("old"), type: QUEUE, delete: true })).toEqual([
      {
        type: QUEUE,
        name: "a",
        properties: { list: [{ secretData: UNKNOWN }] },
        options: { protect: false, retainOnDelete: false },
      },
    ]);
  });

  it("are none of a stack that was never deployed", () => {
    expect(deployedResources({ version: 3, deployment: {} })).toEqual([]);
  });
});
