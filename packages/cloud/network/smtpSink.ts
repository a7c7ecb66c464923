import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import { listen } from "./listen.ts";

/** A message that was delivered. */
export interface Mail {
  /** Whom the sending program named to the server. */
  readonly to: readonly string[];
  readonly from: string;
  readonly subject: string;
  /** With its angle brackets; empty where there is none. */
  readonly messageId: string;
  readonly text: string;
}

/** A refusal of an address: 550 is for good, 451 means: try again later. */
export interface SmtpRefusal {
  readonly code: number;
  readonly message: string;
}

export interface SmtpSinkOptions {
  /** 0 means any free one. */
  readonly port: number;
  readonly onMail: (mail: Mail) => void;
  /**
   * What is said to the n-th attempt (1 is the first) to send to an address; `undefined` accepts it.
   *
   * @default - every address is accepted
   */
  readonly answer?: (address: string, attempt: number) => SmtpRefusal | undefined;
}

/** A running mail server. */
export interface SmtpSink {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const MAX_MESSAGE_BYTES = 10 * 2 ** 20;

/** Starts a mail server on 127.0.0.1 that accepts mail for everybody and sends it nowhere. */
export async function startSmtpSink({
  port,
  onMail,
  answer = () => undefined,
}: SmtpSinkOptions): Promise<SmtpSink> {
  const attempts = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    // It would ask a name server who 127.0.0.1 is.
    disableReverseLookup: true,
    size: MAX_MESSAGE_BYTES,
    closeTimeout: 100,
    onRcptTo({ address }, _session, done) {
      const attempt = (attempts.get(address) ?? 0) + 1;
      attempts.set(address, attempt);
      const refusal = answer(address, attempt);
      done(refusal && smtpError(refusal));
    },
    onData(stream, { envelope }, done) {
      const to = envelope.rcptTo.map(({ address }) => address);
      const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
      readMail(stream, to, from).then(
        (mail) => {
          if (mail) onMail(mail);
          done(mail ? null : smtpError(TOO_LARGE));
        },
        (error: unknown) => {
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
    },
  });
  // A client that breaks off is the client's affair; a port that is taken is told by `listen`.
  server.on("error", () => undefined);
  const listening = await listen(server.server, port, "--smtp-port");

  return {
    port: listening,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

const TOO_LARGE: SmtpRefusal = {
  code: 552,
  message: `The message is larger than ${MAX_MESSAGE_BYTES} bytes.`,
};

/** Reads a message; `undefined` for one that is too large. */
async function readMail(
  stream: SMTPServerDataStream,
  to: readonly string[],
  from: string,
): Promise<Mail | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read all the same: the protocol has no other end.
    if (size <= MAX_MESSAGE_BYTES) chunks.push(chunk);
  }
  if (size > MAX_MESSAGE_BYTES) return undefined;
  // Loaded when the first mail comes: it takes longer than the server takes to start.
  const { simpleParser } = await import("mailparser");
  const { subject = "", messageId = "", text = "" } = await simpleParser(Buffer.concat(chunks));
  return { to, from, subject, messageId, text };
}

function smtpError({ code, message }: SmtpRefusal): Error {
  return Object.assign(new Error(message), { responseCode: code });
}
