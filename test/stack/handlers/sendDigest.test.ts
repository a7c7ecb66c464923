import type { EnqueueOptions } from "../../../tasks/client/client.ts";
import { PermanentError } from "../../../worker/errors.ts";
import { sendDigest } from "../../../worker/handlers/sendDigest.ts";
import { handlerContext } from "./handlerContext.ts";

const payload = {
  recipients: ["ada@example.com", "grace@example.com"],
  timeZone: "Europe/Berlin",
  dayStartsAt: "06:00",
};

/** Runs the handler, and returns what it enqueued. */
async function run(change: Partial<typeof payload> = {}, scheduledTime = "2026-11-24T06:00:00Z") {
  const enqueued: { task: string; payload: unknown; options: EnqueueOptions | undefined }[] = [];
  await sendDigest(
    { ...payload, ...change },
    handlerContext<"send-digest">({
      scheduledTime: new Date(scheduledTime),
      enqueue: async (task, mail, options) => {
        enqueued.push({ task, payload: mail, options });
        return { name: "t", created: true };
      },
    }),
  );
  return enqueued;
}

describe("send-digest", () => {
  it("enqueues one message per recipient, under the id of its day and recipient", async () => {
    expect(await run()).toEqual([
      {
        task: "send-email",
        payload: {
          to: "ada@example.com",
          subject: "Digest of 2026-11-24",
          text: "This is your digest of 2026-11-24.\n",
        },
        options: { id: "digest/2026-11-24/ada@example.com" },
      },
      {
        task: "send-email",
        payload: {
          to: "grace@example.com",
          subject: "Digest of 2026-11-24",
          text: "This is your digest of 2026-11-24.\n",
        },
        options: { id: "digest/2026-11-24/grace@example.com" },
      },
    ]);
  });

  it("enqueues the same ids where it is delivered twice, even after midnight", async () => {
    const first = await run({}, "2026-11-24T06:00:00Z");
    const again = await run({}, "2026-11-25T03:30:00Z");

    expect(again).toEqual(first);
  });

  it("enqueues other ids the next day", async () => {
    const [first] = await run({}, "2026-11-24T06:00:00Z");
    const [next] = await run({}, "2026-11-25T06:00:00Z");

    expect(next!.options!.id).toBe("digest/2026-11-25/ada@example.com");
    expect(first!.options!.id).toBe("digest/2026-11-24/ada@example.com");
  });

  it("reaches all of 500 recipients, in order", async () => {
    const recipients = Array.from({ length: 500 }, (_, i) => `r${i}@example.com`);

    const enqueued = await run({ recipients });

    expect(enqueued.map(({ payload: mail }) => (mail as { to: string }).to)).toEqual(recipients);
  });

  it.each(["Mars/Olympus", "IST", "europe/berlin"])(
    "gives up where there is no time zone '%s'",
    async (timeZone) => {
      await expect(run({ timeZone })).rejects.toThrow(
        new PermanentError(`'${timeZone}' is not an IANA time zone, such as 'Europe/Berlin'.`),
      );
    },
  );

  it("fails, to be tried again, where a message cannot be enqueued", async () => {
    const failing = handlerContext<"send-digest">({
      enqueue: () => Promise.reject(new Error("Cloud Tasks is away.")),
    });

    await expect(sendDigest(payload, failing)).rejects.toThrow("Cloud Tasks is away.");
  });
});
