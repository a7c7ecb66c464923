import { EngineFailure } from "../../engine/engineFailure.ts";

const URN =
  "urn:pulumi:dev::background-tasks::background-tasks:worker:Worker$gcp:cloudrunv2/service:Service::worker";
const PARENT = "urn:pulumi:dev::background-tasks::background-tasks:worker:Worker::worker";

const diagnostic = (message: string) => ({
  diagnosticEvent: { severity: "error", message, urn: URN },
});
const pre = (op: string) => ({
  resourcePreEvent: {
    metadata: {
      op,
      urn: URN,
      new: {
        type: "gcp:cloudrunv2/service:Service",
        parent: PARENT,
        inputs: { name: "dev-worker", location: "europe-west1" },
      },
    },
  },
});

function messageOf(...events: readonly object[]): string {
  const failure = new EngineFailure({
    command: "up",
    stack: "dev",
    cli: "pulumi --stack dev",
    make: "pulumi stack init dev",
    project: "my-project",
    region: "europe-west1",
  });
  for (const event of events) failure.note(event);
  return failure.explain("").message;
}

const IMPORT =
  "  pulumi --stack dev import gcp:cloudrunv2/service:Service worker " +
  "projects/my-project/locations/europe-west1/services/dev-worker " +
  `--parent 'parent=${PARENT}' --protect=false --generate-code=false --yes`;

describe("The failure of a command of the engine", () => {
  it("names what to import once, however often it is told of", () => {
    const message = messageOf(
      // The preview, the update, and the engine's own words for the same failure.
      pre("create"),
      pre("create"),
      diagnostic(
        "error creating Service: googleapi: Error 409: Resource 'dev-worker' already exists.",
      ),
      diagnostic(`${URN} create failed: 409: Resource 'dev-worker' already exists.`),
      diagnostic(
        "error creating Service: googleapi: Error 409: Resource 'dev-worker' already exists.",
      ),
    );

    expect(message.split("\n").slice(1)).toEqual([IMPORT]);
  });

  it.each([
    [URN, "worker"],
    [`${URN}:reports`, "reports"],
  ])("says how to give up a worker that is protected: %s", (urn, name) => {
    const message = messageOf(
      diagnostic(
        `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, …`,
      ),
    );

    expect(message).toBe(
      [
        `Worker '${name}' of stack 'dev' is protected, since a queue may still send to it. Nothing was changed. To give ` +
          "it up:",
        "  1. Put it back in tasks/workers.ts under its name, marked 'retired: true', name other workers in its " +
          "queues, and run 'up': it gets no new task, and can be deleted.",
        "  2. Remove it from tasks/workers.ts and run 'up'.",
      ].join("\n"),
    );
  });

  it("names no import of what the stack has already, and waits to delete", () => {
    const message = messageOf(
      pre("create-replacement"),
      diagnostic("Resource 'dev-worker' already exists."),
      diagnostic("Resource 'dev-worker' already exists."),
    );

    expect(message).not.toContain("import gcp:");
    expect(message.match(/services\/dev-worker/g)).toHaveLength(1);
  });
});
