import { ChangesMade } from "../../engine/changesMade.ts";

describe("The changes that a command made", () => {
  it("are none where everything stayed, was read, refreshed or only planned", () => {
    const changes = changesOf(
      finished("same", "Queue", "email"),
      finished("read", "Queue", "email"),
      finished("refresh", "Queue", "email"),
      { resOutputsEvent: { ...operation("delete", "Job", "daily-digest"), planning: true } },
    );

    expect(changes.describe("Run 'up'.")).toBe("Nothing was changed.");
  });

  it("are none where what is protected was refused before the provider was asked", () => {
    const changes = changesOf(failed("delete", "Queue", "email", 0));

    expect(changes.describe("Run 'up'.")).toBe("Nothing was changed.");
  });

  it("are none where a component or a provider came or went: they are in the state alone", () => {
    const changes = changesOf(finished("delete", "Worker", "worker", { custom: false }), {
      resOutputsEvent: { metadata: { ...STATE, op: "create", type: "pulumi:providers:gcp" } },
    });

    expect(changes.describe("Run 'up'.")).toBe("Nothing was changed.");
  });

  it("are told by what was done, once a resource, with what to do next", () => {
    const changes = changesOf(
      finished("delete", "Repository", "worker"),
      finished("delete", "Job", "daily-digest"),
      finished("delete", "Job", "daily-digest"),
      finished("create-replacement", "Secret", "smtp-url"),
    );

    expect(changes.describe("Run 'up'.")).toBe(
      "Before that, 2 resources were deleted: Job 'daily-digest', Repository 'worker'; 1 resource was " +
        "created: Secret 'smtp-url'. Run 'up'.",
    );
  });

  it("tell what left the stack and stayed in the cloud from what was deleted", () => {
    const changes = changesOf(
      finished("delete", "Queue", "email", { custom: true, retainOnDelete: true }),
    );

    expect(changes.describe("Run 'up'.")).toBe(
      "Before that, 1 resource was left in Google Cloud, and out of the stack: Queue 'email'. Run 'up'.",
    );
  });

  it("tell of an operation that failed at the provider, which may have done a part", () => {
    const changes = changesOf(failed("update", "Service", "worker", 2));

    expect(changes.describe("Run 'up'.")).toBe(
      "Before that, 1 resource was perhaps changed in part: Service 'worker'. Run 'up'.",
    );
  });

  it("name a dozen of many", () => {
    const names = Array.from({ length: 30 }, (_, n) => finished("create", "Queue", `q${n + 10}`));

    const told = changesOf(...names).describe("Run 'up'.");

    expect(told).toMatch(/^Before that, 30 resources were created: Queue 'q10', /);
    expect(told).toMatch(/Queue 'q21' and 18 more\. Run 'up'\.$/);
  });

  it("are not known where events are missing", () => {
    const none = new ChangesMade();
    none.noteGap();
    const some = changesOf(finished("delete", "Job", "daily-digest"));
    some.noteGap();

    expect(none.describe("Run 'up'.")).toBe("What was changed is not known. Run 'up'.");
    expect(some.describe("Run 'up'.")).toBe(
      "Before that, 1 resource was deleted: Job 'daily-digest'; and perhaps more. Run 'up'.",
    );
  });
});

function changesOf(...events: readonly object[]): ChangesMade {
  const changes = new ChangesMade();
  for (const event of events) changes.note(event);
  return changes;
}

const STATE = { urn: "urn:pulumi:dev::p::t::n", old: { custom: true }, new: null };

function operation(op: string, type: string, name: string, old: object = { custom: true }) {
  return {
    metadata: {
      op,
      urn: `urn:pulumi:dev::background-tasks::a:b:C$gcp:some/thing:${type}::${name}`,
      type: `gcp:some/thing:${type}`,
      old,
      new: null,
    },
  };
}

function finished(...args: Parameters<typeof operation>): object {
  return { resOutputsEvent: operation(...args) };
}

function failed(op: string, type: string, name: string, status: number): object {
  return { resOpFailedEvent: { ...operation(op, type, name), status, steps: 1 } };
}
