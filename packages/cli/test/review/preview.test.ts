import { previewChanges } from "../../review/preview.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::background-tasks::${type}::${name}`;
const QUEUE = "gcp:cloudtasks/queue:Queue";
const NESTED = `background-tasks:queues:Queues$background-tasks:queues:TaskQueue$${QUEUE}`;

describe("the engine's preview", () => {
  it("is read as changes, each resource once", () => {
    const changes = previewChanges({
      config: { "gcp:project": "p" },
      steps: [
        { op: "same", urn: urn(NESTED, "default"), oldState: { inputs: {} } },
        {
          op: "update",
          urn: urn(NESTED, "email"),
          oldState: { inputs: { __defaults: [], retryConfig: { maxAttempts: 3 } } },
          newState: { inputs: { __defaults: ["a"], retryConfig: { maxAttempts: 8 } } },
          detailedDiff: {},
        },
        {
          op: "create-replacement",
          urn: urn(QUEUE, "sms"),
          newState: { inputs: { location: "b" } },
        },
        {
          op: "replace",
          urn: urn(QUEUE, "sms"),
          oldState: { inputs: { location: "a" } },
          newState: { inputs: { location: "b" } },
          replaceReasons: ["location"],
        },
        { op: "delete-replaced", urn: urn(QUEUE, "sms"), oldState: { inputs: { location: "a" } } },
        { op: "delete", urn: urn(QUEUE, "push"), oldState: null },
      ],
      changeSummary: { update: 1 },
    });

    expect(changes).toEqual([
      {
        operation: "update",
        type: QUEUE,
        name: "email",
        inputs: [{ path: "retryConfig.maxAttempts", before: "3", after: "8" }],
        replacedBy: [],
      },
      {
        operation: "replace",
        type: QUEUE,
        name: "sms",
        inputs: [{ path: "location", before: '"a"', after: '"b"' }],
        replacedBy: ["location"],
      },
      { operation: "delete", type: QUEUE, name: "push", inputs: [], replacedBy: [] },
    ]);
  });

  it("tells what is to be done about what was changed past the program, and not that it was seen", () => {
    const inputs = (maxAttempts: number) => ({ inputs: { retryConfig: { maxAttempts } } });

    const changes = previewChanges({
      steps: [
        { op: "update", urn: urn(QUEUE, "email"), oldState: inputs(3), newState: inputs(9) },
        { op: "delete", urn: urn(QUEUE, "sms"), oldState: inputs(3) },
        { op: "update", urn: urn(QUEUE, "push"), oldState: inputs(3), newState: inputs(3) },
        { op: "update", urn: urn(QUEUE, "email"), oldState: inputs(9), newState: inputs(3) },
        { op: "create", urn: urn(QUEUE, "sms"), newState: inputs(3) },
        { op: "same", urn: urn(QUEUE, "push"), oldState: inputs(3), newState: inputs(3) },
      ],
    });

    const path = "retryConfig.maxAttempts";
    expect(changes.map(({ operation, name, inputs: own }) => [name, operation, own])).toEqual([
      ["email", "update", [{ path, before: "9", after: "3" }]],
      ["sms", "create", [{ path, after: "3" }]],
    ]);
  });

  it("leaves out what is nothing in the cloud", () => {
    const steps = ["pulumi:pulumi:Stack", "background-tasks:worker:Worker", "pulumi:providers:gcp"];

    expect(
      previewChanges({ steps: steps.map((type) => ({ op: "create", urn: urn(type, "x") })) }),
    ).toEqual([]);
  });

  it("is no change where there is no step", () => {
    expect(previewChanges({ steps: null })).toEqual([]);
    expect(previewChanges({})).toEqual([]);
  });
});
