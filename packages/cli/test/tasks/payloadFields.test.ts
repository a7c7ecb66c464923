import * as z from "zod";
import { payloadFields } from "../../tasks/payloadFields.ts";

/** Each field as a line: path, type, need, note. */
function lines(schema: z.ZodType): string[] {
  return payloadFields(schema).map(({ path, type, need, note }) =>
    [path, type, need, note].join(" | "),
  );
}

describe("payloadFields", () => {
  it("tells type, format, bounds, need and description", () => {
    const schema = z.strictObject({
      to: z.email().describe("Whom it goes to."),
      subject: z.string().min(1).max(200),
      text: z.string().max(50),
      copies: z.int().min(1).default(1),
      weight: z.number().optional(),
      count: z.int(),
      kind: z.enum(["first", "second"]),
      isUrgent: z.boolean(),
      note: z.string().nullable(),
      day: z.string().regex(/^\d$/, "must be a digit"),
      rest: z.unknown(),
    });

    expect(lines(schema)).toEqual([
      "to | string, email | required | Whom it goes to.",
      "subject | string, 1 to 200 characters | required | ",
      "text | string, at most 50 characters | required | ",
      "copies | whole number, at least 1 | default: 1 | ",
      "weight | number | optional | ",
      "count | whole number | required | ",
      'kind | "first" or "second" | required | ',
      "isUrgent | boolean | required | ",
      "note | string or null | required | ",
      "day | string | required | must be a digit",
      "rest | anything | required | ",
    ]);
  });

  it("tells the schemes that a URL may have", () => {
    const web = z.url({ protocol: /^https?$/ });
    const schema = z.strictObject({
      url: web,
      next: web.describe("What comes next.").optional(),
      others: z.array(web.optional()),
      any: z.url(),
    });

    expect(lines(schema)).toEqual([
      "url | string, uri | required | it must begin with 'http://' or 'https://'",
      "next | string, uri | optional | What comes next; it must begin with 'http://' or 'https://'",
      "others | list | required | ",
      "others[] | string, uri |  | it must begin with 'http://' or 'https://'",
      "any | string, uri | required | ",
    ]);
  });

  it("tells what is nested by its path", () => {
    const schema = z.strictObject({
      address: z.strictObject({ city: z.string() }).optional(),
      items: z.array(z.strictObject({ id: z.uuid() })).min(1),
      tags: z.array(z.string()),
      prices: z.record(z.string(), z.number()),
      at: z.tuple([z.number(), z.string()]),
      target: z.union([z.string(), z.strictObject({ kind: z.literal("user"), id: z.int() })]),
    });

    expect(lines(schema)).toEqual([
      "address | object | optional | ",
      "address.city | string | required | ",
      "items | list of at least 1 | required | ",
      "items[] | object |  | ",
      "items[].id | string, uuid | required | ",
      "tags | list | required | ",
      "tags[] | string |  | ",
      "prices | object | required | ",
      "prices.* | number |  | ",
      "at | list of 2 to 2 | required | ",
      "at[0] | number |  | ",
      "at[1] | string |  | ",
      "target | string or object | required | ",
      "target(2) | object |  | ",
      'target(2).kind | "user" | required | ',
      "target(2).id | whole number | required | ",
    ]);
  });

  it("tells a payload that is no object, and one of several forms", () => {
    expect(lines(z.array(z.email()))).toEqual([" | list |  | ", "[] | string, email |  | "]);
    expect(
      lines(
        z.discriminatedUnion("kind", [
          z.strictObject({ kind: z.literal("a") }),
          z.strictObject({ kind: z.literal("b"), b: z.int() }),
        ]),
      ),
    ).toEqual([
      " | object |  | ",
      "(1) | object |  | ",
      '(1).kind | "a" | required | ',
      "(2) | object |  | ",
      '(2).kind | "b" | required | ',
      "(2).b | whole number | required | ",
    ]);
    expect(lines(z.strictObject({}))).toEqual([]);
  });

  it("ends where a schema holds itself", () => {
    const node = z.strictObject({
      name: z.string(),
      get next() {
        return node.optional();
      },
    });

    expect(lines(node)).toEqual(["name | string | required | ", "next | anything | optional | "]);
  });
});
