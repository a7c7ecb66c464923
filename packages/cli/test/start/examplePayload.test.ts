import * as z from "zod";
import { exampleTask } from "../../start/examplePayload.ts";

const task = (payload: z.ZodType) => ({ queue: "default", payload });

describe("exampleTask", () => {
  it("makes a payload that the task's schema takes", () => {
    const payload = z.strictObject({
      to: z.email(),
      url: z.url(),
      count: z.int().min(3),
      kind: z.enum(["first", "second"]),
      items: z.array(z.object({ id: z.uuid() })).min(1),
      at: z.iso.datetime(),
      name: z.string().meta({ examples: ["Ada"] }),
      text: z.string().min(1),
      isUrgent: z.boolean(),
      note: z.string().optional(),
    });

    const example = exampleTask({ send: task(payload) });

    expect(example).toEqual({
      task: "send",
      payload: {
        to: "you@example.com",
        url: "https://example.com/",
        count: 3,
        kind: "first",
        items: [{ id: "3f0c8a4e-5b1d-4c7e-9a2f-6d8b1e0c4a75" }],
        at: "2027-01-31T09:00:00Z",
        name: "Ada",
        text: "text",
        isUrgent: true,
      },
    });
    expect(payload.safeParse(example?.payload).success).toBe(true);
  });

  it("passes over a task for which none can be made", () => {
    const tasks = {
      odd: task(z.strictObject({ code: z.string().regex(/^[A-Z]{3}-\d{4}$/) })),
      plain: task(z.strictObject({})),
    };

    expect(exampleTask(tasks)).toEqual({ task: "plain", payload: {} });
    expect(exampleTask({ odd: tasks.odd })).toBeUndefined();
  });
});
