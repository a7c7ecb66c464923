import * as z from "zod";
import { readPayload } from "../../../tasks/contract/payload.ts";

const schema = z.strictObject({ to: z.email(), kind: z.enum(["a", "b"]).optional() });

function refusal(json: string | Uint8Array): string {
  try {
    readPayload("send-email", schema, json);
    return "not refused";
  } catch (error) {
    expect((error as Error).cause).toBeUndefined();
    return (error as Error).message;
  }
}

describe("readPayload", () => {
  it("reads bytes as UTF-8", () => {
    const bytes = Buffer.from('{"to":"café@example.com"}');
    const any = z.object({ to: z.string() });

    expect(readPayload("send-email", any, bytes)).toEqual({ to: "café@example.com" });
    // Not at the beginning of its memory.
    expect(
      readPayload("send-email", any, Buffer.concat([Buffer.from("xx"), bytes]).subarray(2)),
    ).toEqual({
      to: "café@example.com",
    });
  });

  it.each([
    { what: "Latin-1", bytes: Buffer.from('{"to":"caf\xe9@example.com"}', "latin1") },
    { what: "half a character", bytes: Buffer.from('{"to":"€"}').subarray(0, 8) },
    { what: "half a surrogate pair", bytes: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]) },
    { what: "any bytes", bytes: Buffer.from([0, 255, 254]) },
  ])("refuses $what, and makes no other text of it", ({ bytes }) => {
    expect(refusal(bytes)).toBe("Payload of task 'send-email' is not UTF-8.");
  });

  it.each([
    { json: "hunter2", error: "Payload of task 'send-email' is not JSON." },
    {
      json: '{"password":"hunter2",}',
      error: "Payload of task 'send-email' is not JSON (at position 22).",
    },
    { json: "", error: "Payload of task 'send-email' is not JSON: it is empty." },
    { json: '\ufeff{"to":"hunter2"}', error: "Payload of task 'send-email' is not JSON." },
  ])("quotes nothing of what is no JSON: $json", ({ json, error }) => {
    expect(refusal(json)).toBe(error);
  });

  it.each([
    {
      json: '{"to":"hunter2"}',
      error: "'to': it must be an e-mail address, such as 'you@example.com'",
    },
    {
      json: '{"to":"a@example.com","kind":"hunter2"}',
      error: "'kind': it must be one of 'a', 'b'",
    },
    {
      json: JSON.stringify({ to: "a@example.com", "a\n\u001b[2J": 1 }),
      error: "'a\\n\\u001b[2J' is no field of it",
    },
    { json: '"hunter2"', error: "it must be an object" },
  ])("quotes no value that does not fit: $json", ({ json, error }) => {
    expect(refusal(json)).toBe(`Payload of task 'send-email' does not fit its schema: ${error}.`);
  });

  it("takes no place from what it quotes", () => {
    expect(refusal("x 4111 at position 5")).toBe("Payload of task 'send-email' is not JSON.");
  });

  it.each([
    {
      what: "throws an error",
      schema: z.string().transform((text) => JSON.parse(text) as object),
      kind: "a SyntaxError",
    },
    {
      what: "throws what is no error",
      schema: z.string().transform((text) => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- it is what the test is about
        throw text;
      }),
      kind: "what is no error",
    },
    {
      what: "waits for something",
      schema: z.string().refine(() => Promise.resolve(true)),
      kind: "a $ZodAsyncError",
    },
  ])("tells the kind of error alone of a schema that $what", ({ schema: own, kind }) => {
    expect(() => readPayload("send-email", own, '"hunter2"')).toThrow(
      new Error(`Payload of task 'send-email' cannot be checked: its schema threw ${kind}.`),
    );
  });

  it("names ten problems, and how many there are besides", () => {
    const keys = Array.from({ length: 80_000 }, (_, n) => `key${n}`);
    const json = JSON.stringify(Object.fromEntries(keys.map((key) => [key, 1])));

    const message = refusal(json);

    expect(message).toMatch(
      /'to' is missing; 'key0' is no field of it; .*; 'key8' is no field of it; and 79991 more\.$/,
    );
    expect(message.length).toBeLessThan(2048);
  });

  it("cuts a key of a megabyte", () => {
    expect(
      refusal(JSON.stringify({ to: "a@example.com", ["k".repeat(1e6)]: 1 })).length,
    ).toBeLessThan(300);
  });
});
