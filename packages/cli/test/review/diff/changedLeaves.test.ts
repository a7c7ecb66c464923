import { changedLeaves } from "../../../review/diff/changedLeaves.ts";

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

describe("the leaves in which two objects differ", () => {
  it.each([
    { what: "a value", before: { a: 1 }, after: { a: 2 }, changes: [["a", "1", "2"]] },
    { what: "a new value", before: {}, after: { a: "x" }, changes: [["a", undefined, '"x"']] },
    { what: "a value gone", before: { a: null }, after: {}, changes: [["a", "null", undefined]] },
    {
      what: "a value within",
      before: { a: { b: { c: 1, d: 1 } } },
      after: { a: { b: { c: 2, d: 1 } } },
      changes: [["a.b.c", "1", "2"]],
    },
    {
      what: "an object that is a text now",
      before: { a: { b: 1 } },
      after: { a: "b" },
      changes: [["a", '{"b":1}', '"b"']],
    },
    {
      what: "a new entry of a list, by its place",
      before: { a: ["x"] },
      after: { a: ["x", "y"] },
      changes: [["a.1", undefined, '"y"']],
    },
    {
      what: "an entry with a name put in front of others",
      before: { envs: [{ name: "B", value: "1" }] },
      after: {
        envs: [
          { name: "A", value: "0" },
          { name: "B", value: "1" },
        ],
      },
      changes: [
        ["envs.A.name", undefined, '"A"'],
        ["envs.A.value", undefined, '"0"'],
      ],
    },
    {
      what: "a tile of a dashboard put in front of others",
      before: { tiles: [{ yPos: 0, widget: { title: "b" } }] },
      after: {
        tiles: [
          { yPos: 0, widget: { title: "a" } },
          { yPos: 16, widget: { title: "b" } },
        ],
      },
      changes: [
        ["tiles.b.yPos", "0", "16"],
        ["tiles.a.yPos", undefined, "0"],
        ["tiles.a.widget.title", undefined, '"a"'],
      ],
    },
    {
      what: "what a schedule enqueues, as JSON in base64",
      before: { body: base64({ task: { body: base64({ to: "a", n: 1 }) } }) },
      after: { body: base64({ task: { body: base64({ to: "b", n: 1 }) } }) },
      changes: [["body.task.body.to", '"a"', '"b"']],
    },
    {
      what: "a text that is base64 of no JSON",
      before: { body: Buffer.from("{no").toString("base64") },
      after: { body: "email" },
      changes: [["body", '"e25v"', '"email"']],
    },
    {
      what: "entries with one name, by their places",
      before: { a: [{ name: "A" }, { name: "A", value: "1" }] },
      after: { a: [{ name: "A" }, { name: "A", value: "2" }] },
      changes: [["a.1.value", '"1"', '"2"']],
    },
    {
      what: "a value within a text that is JSON",
      before: { value: '{"email":{"maxAttempts":8,"name":"q"}}' },
      after: { value: '{"email":{"maxAttempts":4,"name":"q"},"sms":{}}' },
      changes: [
        ["value.email.maxAttempts", "8", "4"],
        ["value.sms", undefined, "{}"],
      ],
    },
    {
      what: "a text that only looks like JSON",
      before: { value: "{a}" },
      after: { value: "{b}" },
      changes: [["value", '"{a}"', '"{b}"']],
    },
    {
      what: "an empty object that came",
      before: {},
      after: { auto: {} },
      changes: [["auto", undefined, "{}"]],
    },
    {
      what: "another order of named entries",
      before: { a: [{ name: "A" }, { name: "B" }] },
      after: { a: [{ name: "B" }, { name: "A" }] },
      changes: [["a", '[{"name":"A"},{"name":"B"}]', '[{"name":"B"},{"name":"A"}]']],
    },
  ])("tell of $what", ({ before, after, changes }) => {
    const found = changedLeaves(before, after);

    expect(found.map((change) => [change.path, change.before, change.after])).toEqual(changes);
  });

  it("are cut where they are long", () => {
    const [change] = changedLeaves({}, { a: "x".repeat(3_000) });

    expect(change?.after).toBe(`"${"x".repeat(1_999)}…`);
  });
});
