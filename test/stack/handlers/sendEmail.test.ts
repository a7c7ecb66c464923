import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { PermanentError } from "../../../worker/errors.ts";
import { makeSendEmail } from "../../../worker/handlers/sendEmail.ts";
import { makeMailer, makeMailers, type Mail } from "../../../worker/handlers/mailer.ts";
import { handlerContext } from "./handlerContext.ts";

const message = { to: "ada@example.com", subject: "Hello", text: "It works." };
const settings = {
  mailFrom: "Example <noreply@example.com>",
  smtpUrl: "smtp://mail.invalid",
};
// printf key-1 | sha256sum
const MESSAGE_ID = "<be2974546978e3739e6d6da85c4be9f334ce32df2b9fd4b6ff1b55c0d57e9d44@example.com>";

interface Received {
  readonly from: string;
  readonly to: string[];
  readonly data: string;
}

/** A mail server on loopback, and a handler that sends to it. */
async function start(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, { envelope }, callback) {
      void text(stream).then((data) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        received.push({ from, to: envelope.rcptTo.map(({ address }) => address), data });
        callback();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const mailer = makeMailer(`smtp://127.0.0.1:${port}`);
  return {
    received,
    sendEmail: makeSendEmail(() => mailer),
    [Symbol.asyncDispose]: async () => {
      await mailer.close();
      await new Promise<void>((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function smtpError(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

/** What a handler throws. */
async function failure(sending: Promise<void>): Promise<Error> {
  const error: unknown = await sending.catch((e: unknown) => e);
  expect(error).toHaveProperty("message");
  return error as Error;
}

describe("send-email", () => {
  it("delivers the message by SMTP", async () => {
    await using mail = await start();

    await mail.sendEmail(message, handlerContext({ settings }));

    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]).toMatchObject({
      from: "noreply@example.com",
      to: ["ada@example.com"],
    });
    expect(mail.received[0]!.data).toContain("From: Example <noreply@example.com>\r\n");
    expect(mail.received[0]!.data).toContain("To: ada@example.com\r\n");
    expect(mail.received[0]!.data).toContain("Subject: Hello\r\n");
    expect(mail.received[0]!.data).toContain("\r\n\r\nIt works.\r\n");
  });

  it("gives every delivery of a task the same Message-ID, and another task another", async () => {
    const ids: string[] = [];
    const mailer = { sendMail: async ({ messageId }: Mail) => ids.push(messageId) };
    const sendEmail = makeSendEmail(() => mailer);

    await sendEmail(message, handlerContext({ settings }));
    await sendEmail(message, handlerContext({ settings, deliveryCount: 2 }));
    await sendEmail(message, handlerContext({ settings, idempotencyKey: "key-2" }));

    expect(ids[0]).toBe(MESSAGE_ID);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it("gives up a recipient whom the server refuses for good, telling its answer", async () => {
    await using mail = await start({
      onRcptTo: (_address, _session, callback) => {
        callback(smtpError(550, "No such mailbox."));
      },
    });

    const error = await failure(mail.sendEmail(message, handlerContext({ settings })));

    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      "The mail server refuses the message for good: 550 No such mailbox.",
    );
  });

  it("gives up a message that the server refuses for good", async () => {
    await using mail = await start({
      onData(stream, _session, callback) {
        stream.resume().on("end", () => {
          callback(smtpError(554, "This is spam."));
        });
      },
    });

    const error = await failure(mail.sendEmail(message, handlerContext({ settings })));

    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe("The mail server refuses the message for good: 554 This is spam.");
  });

  it.each([
    {
      what: "a recipient who is refused for now",
      options: {
        onRcptTo: (_a: unknown, _s: unknown, callback: (error: Error) => void) => {
          callback(smtpError(451, "Try later."));
        },
      },
    },
    {
      what: "a sender who is refused: our configuration",
      options: {
        onMailFrom: (_a: unknown, _s: unknown, callback: (error: Error) => void) => {
          callback(smtpError(550, "Sender not allowed."));
        },
      },
    },
  ])("is tried again after $what", async ({ options }) => {
    await using mail = await start(options);

    const error = await failure(mail.sendEmail(message, handlerContext({ settings })));

    expect(error).not.toBeInstanceOf(PermanentError);
  });

  it("is tried again where there is no server", async () => {
    const mailer = makeMailer("smtp://127.0.0.1:1");

    const error = await failure(makeSendEmail(() => mailer)(message, handlerContext({ settings })));

    expect(error).not.toBeInstanceOf(PermanentError);
    expect(error.message).toContain("ECONNREFUSED");
    await mailer.close();
  });

  it("ends when the signal fires, and the message is not sent later", async () => {
    const controller = new AbortController();
    await using mail = await start({
      onRcptTo: () => {
        controller.abort(new Error("Time is up.")); // and never answer
      },
    });

    await failure(mail.sendEmail(message, handlerContext({ settings, signal: controller.signal })));

    expect(mail.received).toEqual([]);
  });

  it("connects to the mail server of its settings, once, with the first message", async () => {
    const urls: string[] = [];
    const sent: string[] = [];
    const mailers = makeMailers(async (url) => {
      urls.push(url);
      return { sendMail: async ({ to }) => sent.push(to), close: () => {} };
    });
    const sendEmail = makeSendEmail(mailers);
    expect(urls).toEqual([]);

    await Promise.all([
      sendEmail(message, handlerContext({ settings })),
      sendEmail(message, handlerContext({ settings })),
    ]);

    expect(urls).toEqual(["smtp://mail.invalid"]);
    expect(sent).toEqual(["ada@example.com", "ada@example.com"]);
  });
});
