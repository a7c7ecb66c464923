import * as z from "zod";
import { sensitiveParts } from "../../../tasks/contract/sensitive.ts";

const hidden = z.string().meta({ sensitive: true });

interface Node {
  readonly name: string;
  readonly secret: string;
  readonly below: readonly Node[];
}
const node: z.ZodType<Node> = z.object({
  name: z.string(),
  secret: hidden,
  get below() {
    return z.array(node);
  },
});

describe("what is sensitive of a payload", () => {
  it.each<[string, z.ZodType, unknown, unknown]>([
    ["a field", z.object({ to: hidden, n: z.int() }), { to: "a", n: 1 }, { to: "[hidden]", n: 1 }],
    ["an optional one", z.object({ to: hidden.optional() }), { to: "a" }, { to: "[hidden]" }],
    ["one that is not there", z.object({ to: hidden.optional() }), {}, {}],
    ["a nullable one", z.object({ to: hidden.nullable() }), { to: "a" }, { to: "[hidden]" }],
    ["nothing of null", z.object({ to: hidden.nullable() }), { to: null }, { to: null }],
    ["one with a default", z.object({ to: hidden.default("x") }), { to: "a" }, { to: "[hidden]" }],
    [
      "an e-mail address",
      z.object({ to: z.email().meta({ sensitive: true }) }),
      { to: "a@b.c" },
      { to: "[hidden]" },
    ],
    [
      "items",
      z.object({ to: z.array(hidden) }),
      { to: ["a", "b"] },
      { to: ["[hidden]", "[hidden]"] },
    ],
    [
      "a list as a whole",
      z.object({ to: z.array(z.string()).meta({ sensitive: true }) }),
      { to: ["a"] },
      { to: "[hidden]" },
    ],
    ["a place of a tuple", z.tuple([z.string(), hidden]), ["a", "b"], ["a", "[hidden]"]],
    ["values of a record", z.record(z.string(), hidden), { a: "b" }, { a: "[hidden]" }],
    [
      "a field of one form",
      z.union([z.object({ a: z.string() }), z.object({ to: hidden })]),
      { a: "x", to: "y" },
      { a: "x", to: "[hidden]" },
    ],
    [
      "what is deep in a schema that holds itself",
      node,
      { name: "a", secret: "x", below: [{ name: "b", secret: "y", below: [] }] },
      { name: "a", secret: "[hidden]", below: [{ name: "b", secret: "[hidden]", below: [] }] },
    ],
    [
      "all of what has another form",
      z.object({ user: z.object({ to: hidden }) }),
      { user: "ada" },
      { user: "[hidden]" },
    ],
    [
      "what the schema does not have, beside it: it may be that, misspelt",
      z.strictObject({ to: hidden, n: z.int() }),
      { To: "a", n: 1, body: { to: "b" } },
      { To: "[hidden]", n: 1, body: "[hidden]" },
    ],
    [
      "nothing of the other form's",
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("card"), number: hidden }),
        z.object({ kind: z.literal("cash"), name: z.string() }),
      ]),
      { kind: "cash", name: "a", x: 1 },
      { kind: "cash", name: "a", x: "[hidden]" },
    ],
    [
      "nothing of what is joined to it",
      z.intersection(z.object({ to: hidden }), z.object({ n: z.int() })),
      { to: "a", n: 1 },
      { to: "[hidden]", n: 1 },
    ],
    ["more places than a tuple has", z.tuple([hidden]), ["a", "b"], ["[hidden]", "[hidden]"]],
    ["all, where that is no object", z.object({ to: hidden }), "ada", "[hidden]"],
    [
      "nothing where nothing is",
      z.object({ to: z.string() }),
      { to: "a", more: 1 },
      { to: "a", more: 1 },
    ],
  ])("is hidden: %s", (_, schema, payload, shown) => {
    expect(sensitiveParts(schema).hide(payload)).toEqual(shown);
  });

  it("is known of a schema", () => {
    expect(sensitiveParts(node).isAny).toBe(true);
    expect(sensitiveParts(z.object({ to: z.string() })).isAny).toBe(false);
    expect(sensitiveParts(z.any()).isAny).toBe(false);
  });

  it("is all, where nobody knows what is", () => {
    const broken = z.object({
      get to(): z.ZodType {
        throw new Error("This schema cannot be read.");
      },
    });
    const { isAny, hide } = sensitiveParts(broken);

    expect([isAny, hide({ to: "a" })]).toEqual([true, "[hidden]"]);
  });

  it("is told of what is nested however deep", () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}"a"${"]".repeat(100_000)}`) as unknown;

    expect([...sensitiveParts(z.object({ to: hidden })).valuesIn({ to: deep })]).toEqual(["a"]);
  });

  it("is told to whoever has to hide it elsewhere", () => {
    const schema = z.object({
      to: hidden,
      n: z.int().meta({ sensitive: true }),
      list: z.array(hidden),
      name: z.string(),
    });

    expect([...sensitiveParts(schema).valuesIn({ to: "a", n: 7, list: ["b"], name: "c" })]).toEqual(
      [...["a", "7", "b"]],
    );
  });
});
