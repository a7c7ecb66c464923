import { z } from "zod";
import { compareContracts, sentence } from "../../../review/contract/compareContracts.ts";
import type { Contract } from "../../../review/contract/contract.ts";

function contract(payload: z.ZodType, queue = "default"): Contract {
  const schema = z.toJSONSchema(payload, { io: "input", unrepresentable: "any" });
  return { mail: { queue, schema } };
}

/** Where and why a change of the payload would dead-letter tasks. */
function breaks(before: z.ZodType, after: z.ZodType): string[] {
  return compareContracts(contract(before), contract(after)).map(
    ({ field = "", why }) => `${field}: ${why}`,
  );
}

const strict = (shape: z.ZodRawShape) => z.strictObject(shape);

describe("a contract", () => {
  it.each([
    { what: "nothing", before: strict({ a: z.string() }), after: strict({ a: z.string() }) },
    {
      what: "a new optional field",
      before: strict({ a: z.string() }),
      after: strict({ a: z.string(), b: z.string().optional() }),
    },
    {
      what: "a new field with a default",
      before: strict({ a: z.string() }),
      after: strict({ a: z.string(), b: z.string().default("x") }),
    },
    {
      what: "a field that is optional now",
      before: strict({ a: z.string() }),
      after: strict({ a: z.string().optional() }),
    },
    {
      what: "a wider type",
      before: strict({ a: z.string() }),
      after: strict({ a: z.union([z.string(), z.number()]) }),
    },
    {
      what: "a type that may be null",
      before: strict({ a: z.string() }),
      after: strict({ a: z.string().nullable() }),
    },
    { what: "any value", before: strict({ a: z.string() }), after: strict({ a: z.unknown() }) },
    {
      what: "a number that was an integer",
      before: strict({ a: z.int() }),
      after: strict({ a: z.number() }),
    },
    {
      what: "a longer text",
      before: strict({ a: z.string().max(5) }),
      after: strict({ a: z.string().max(9) }),
    },
    {
      what: "an empty text",
      before: strict({ a: z.string().min(1) }),
      after: strict({ a: z.string().min(0) }),
    },
    {
      what: "one more value",
      before: strict({ a: z.enum(["x"]) }),
      after: strict({ a: z.enum(["x", "y"]) }),
    },
    {
      what: "a literal among others",
      before: strict({ a: z.literal("x") }),
      after: strict({ a: z.enum(["x", "y"]) }),
    },
    {
      what: "a removed field of an open object",
      before: z.object({ a: z.string(), b: z.string() }),
      after: z.object({ a: z.string() }),
    },
    {
      what: "a description",
      before: strict({ a: z.string() }),
      after: strict({ a: z.string().describe("A name.") }),
    },
    {
      what: "one more form",
      before: z.discriminatedUnion("kind", [strict({ kind: z.literal("a") })]),
      after: z.discriminatedUnion("kind", [
        strict({ kind: z.literal("a") }),
        strict({ kind: z.literal("b"), n: z.number() }),
      ]),
    },
  ])("is kept by $what", ({ before, after }) => {
    expect(breaks(before, after)).toEqual([]);
  });

  it.each([
    {
      what: "a new required field",
      before: strict({ a: z.string() }),
      after: strict({ a: z.string(), b: z.string() }),
      why: ["b: it is new and required."],
    },
    {
      what: "a field that is required now",
      before: strict({ a: z.string().optional() }),
      after: strict({ a: z.string() }),
      why: ["a: it was optional and is required now."],
    },
    {
      what: "a removed field of a strict object",
      before: strict({ a: z.string(), b: z.string() }),
      after: strict({ a: z.string() }),
      why: ["b: it is removed."],
    },
    {
      what: "a renamed field",
      before: strict({ to: z.string() }),
      after: strict({ recipient: z.string() }),
      why: ["recipient: it is new and required.", "to: it is removed."],
    },
    {
      what: "another type",
      before: strict({ a: z.string() }),
      after: strict({ a: z.number() }),
      why: ["a: it could be 'string' and must be 'number' now."],
    },
    {
      what: "an integer that was a number",
      before: strict({ a: z.number() }),
      after: strict({ a: z.int() }),
      why: [
        "a: it could be 'number' and must be 'integer' now.",
        "a: its 'minimum' is -9007199254740991 now; it had none.",
        "a: its 'maximum' is 9007199254740991 now; it had none.",
      ],
    },
    {
      what: "a type where there was none",
      before: strict({ a: z.unknown() }),
      after: strict({ a: z.string() }),
      why: ["a: it must be 'string' now; it could be anything."],
    },
    {
      what: "null no longer accepted",
      before: strict({ a: z.string().nullable() }),
      after: strict({ a: z.string() }),
      why: ["a: it could be 'null' and must be 'string' now."],
    },
    {
      what: "a shorter text",
      before: strict({ a: z.string().max(200) }),
      after: strict({ a: z.string().max(100) }),
      why: ["a: its 'maxLength' is 100 now; it was 200."],
    },
    {
      what: "a text that must not be empty",
      before: strict({ a: z.string() }),
      after: strict({ a: z.string().min(1) }),
      why: ["a: its 'minLength' is 1 now; it had none."],
    },
    {
      what: "a form of text",
      before: strict({ a: z.string() }),
      after: strict({ a: z.string().regex(/^x/) }),
      why: ["a: its 'pattern' is \"^x\" now; it had none."],
    },
    {
      what: "a value taken away",
      before: strict({ a: z.enum(["x", "y"]) }),
      after: strict({ a: z.enum(["x"]) }),
      why: ['a: "y" is no longer accepted; accepted are "x".'],
    },
    {
      what: "a narrower entry of a list",
      before: strict({ a: z.array(z.string()) }),
      after: strict({ a: z.array(z.number()).max(3) }),
      why: [
        "a: its 'maxItems' is 3 now; it had none.",
        "a[]: it could be 'string' and must be 'number' now.",
      ],
    },
    {
      what: "a field within a field",
      before: strict({ a: strict({ b: z.string().optional() }) }),
      after: strict({ a: strict({ b: z.string().optional(), c: z.string() }) }),
      why: ["a.c: it is new and required."],
    },
    {
      what: "a narrower value of a map",
      before: strict({ a: z.record(z.string(), z.string()) }),
      after: strict({ a: z.record(z.string(), z.string().max(9)) }),
      why: ["a.*: its 'maxLength' is 9 now; it had none."],
    },
    {
      what: "a form that is gone",
      before: strict({ a: z.union([z.string(), strict({ b: z.string() })]) }),
      after: strict({ a: z.union([z.string(), z.number()]) }),
      why: ["a: it could be 'object' and must be 'string' or 'number' now."],
    },
    {
      what: "an open object that is strict now",
      before: z.looseObject({ a: z.string() }),
      after: strict({ a: z.string() }),
      why: [": fields that the schema does not name are refused now."],
    },
    {
      what: "a shorter tuple",
      before: strict({ a: z.tuple([z.string()]) }),
      after: strict({ a: z.tuple([z.number()]) }),
      why: ["a[0]: it could be 'string' and must be 'number' now."],
    },
  ])("is broken by $what", ({ before, after, why }) => {
    expect(breaks(before, after)).toEqual(why);
  });

  it("is broken by a removed task and by one on another queue, and kept by a new one", () => {
    const before = contract(strict({}), "email");
    const after = { ...contract(strict({}), "default"), other: before["mail"]! };

    expect(compareContracts(before, after).map(sentence)).toEqual([
      "Task 'mail': it moves from queue 'email' to 'default', and what waits on 'email' stays there under its " +
        "settings and budget. Add a task with a new name on the new queue, have producers enqueue that one, " +
        "and remove the old one when its queue holds none.",
    ]);
    expect(compareContracts(before, {}).map(sentence)).toEqual([
      "Task 'mail': it is removed, and the worker refuses tasks that it does not know. Keep it and its handler " +
        "until no task of that name is queued: stop enqueuing it in one deployment, and remove it in a later one.",
    ]);
  });

  it("names the task and the field, and says what to do", () => {
    const [found] = compareContracts(
      contract(strict({ a: z.string() })),
      contract(strict({ a: z.string(), cc: z.string() })),
    );

    expect(sentence(found!)).toBe(
      "Task 'mail', field 'cc': it is new and required. Make it optional, or give it a default " +
        "('.default(…)'), until no task without it is queued.",
    );
  });
});
