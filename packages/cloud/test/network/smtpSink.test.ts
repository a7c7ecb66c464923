import { createServer } from "node:net";
import { createTransport } from "nodemailer";
import { listen } from "../../network/listen.ts";
import {
  startSmtpSink,
  type Mail,
  type SmtpRefusal,
  type SmtpSink,
} from "../../network/smtpSink.ts";

let sink: SmtpSink | undefined;
afterEach(async () => {
  await sink?.close();
  sink = undefined;
});

async function start(answer?: (address: string, attempt: number) => SmtpRefusal | undefined) {
  const mails: Mail[] = [];
  sink = await startSmtpSink({
    port: 0,
    onMail: (mail) => mails.push(mail),
    ...(answer && { answer }),
  });
  const mailer = createTransport(`smtp://127.0.0.1:${sink.port}`);
  const send = (to: string, text = "Hello") =>
    mailer.sendMail({ from: "app@example.com", to, subject: "Grüße", text, messageId: "<1@app>" });
  return { mails, send };
}

describe("the mail server", () => {
  it("gives what is delivered", async () => {
    const { mails, send } = await start();

    await send("ada@example.com, bob@example.com", "Line 1\nLine 2 — ü");

    expect(mails).toEqual([
      {
        to: ["ada@example.com", "bob@example.com"],
        from: "app@example.com",
        subject: "Grüße",
        messageId: "<1@app>",
        text: expect.stringMatching(/^Line 1\nLine 2 — ü\n?$/),
      },
    ]);
  });

  it("refuses an address for good", async () => {
    const { mails, send } = await start((address) =>
      address === "nobody@example.com" ? { code: 550, message: "No such user" } : undefined,
    );

    await expect(send("nobody@example.com")).rejects.toMatchObject({
      responseCode: 550,
      response: expect.stringContaining("No such user"),
    });
    expect(mails).toEqual([]);
  });

  it("counts the attempts of each address, so that some may be refused and a later one not", async () => {
    const { mails, send } = await start((address, attempt) =>
      address === "busy@example.com" && attempt <= 2 ? { code: 451, message: "Busy" } : undefined,
    );

    await expect(send("busy@example.com")).rejects.toMatchObject({ responseCode: 451 });
    await send("ada@example.com");
    await expect(send("busy@example.com")).rejects.toMatchObject({ responseCode: 451 });
    await send("busy@example.com");

    expect(mails.map(({ to }) => to)).toEqual([["ada@example.com"], ["busy@example.com"]]);
  });

  it("refuses a message of more than 10 MiB", async () => {
    const { mails, send } = await start();

    await expect(send("ada@example.com", "a".repeat(10 * 2 ** 20 + 1))).rejects.toMatchObject({
      responseCode: 552,
    });
    expect(mails).toEqual([]);
  });

  it("says which port is taken, and the flag to change it", async () => {
    const other = createServer();
    const port = await listen(other, 0, "--other");
    const started = startSmtpSink({ port, onMail: () => undefined });
    await started.catch(() => other.close());

    await expect(started).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken: another program listens on it (another 'npm start', perhaps). Choose another one with --smtp-port <port>.`,
    );
  });
});
