import * as z from "zod";
import type { Contract } from "../../../../tasks/contract/contract.ts";
import { examplePayload } from "../../tasks/examplePayload.ts";

const of = (payload: z.ZodType, schedules: Contract["schedules"] = {}): unknown =>
  examplePayload("task", { tasks: { task: { queue: "default", payload } }, schedules });

describe("examplePayload", () => {
  it.each([
    {
      what: "bounds",
      schema: z.strictObject({ code: z.string().min(6), ids: z.array(z.int().min(3)).min(2) }),
      payload: { code: "code..", ids: [3, 3] },
    },
    {
      what: "what may be null, and what is one of several",
      schema: z.strictObject({ a: z.string().nullable(), b: z.union([z.int(), z.string()]) }),
      payload: { a: "a", b: 1 },
    },
    {
      what: "a tuple and a nested object",
      schema: z.strictObject({
        at: z.tuple([z.number(), z.boolean()]),
        to: z.object({ id: z.uuid() }),
      }),
      payload: { at: [1, true], to: { id: "3f0c8a4e-5b1d-4c7e-9a2f-6d8b1e0c4a75" } },
    },
    { what: "no object", schema: z.email(), payload: "you@example.com" },
  ])("makes one of $what", ({ schema, payload }) => {
    expect(of(schema)).toEqual(payload);
  });

  it("takes that of a schedule where none can be made", () => {
    const schema = z.strictObject({ at: z.string().regex(/^\d\d:\d\d$/) });
    const schedule = (task: string, at: string) => ({ cron: "* * * * *", task, payload: { at } });

    const schedules = {
      other: schedule("other", "05:00"),
      wrong: schedule("task", "soon"),
      right: schedule("task", "06:00"),
    };

    expect(of(schema, schedules)).toEqual({ at: "06:00" });
    expect(of(schema)).toBeUndefined();
  });
});
