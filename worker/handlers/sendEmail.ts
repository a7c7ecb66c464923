import { createHash } from "node:crypto";
import { PermanentError } from "../errors.ts";
import type { Handler } from "./handler.ts";
import { makeMailers, type Mailer } from "./mailer.ts";

/** Makes the handler that sends a message by SMTP, through the mailer of the server's address. */
export function makeSendEmail(mailerOf: (smtpUrl: string) => Mailer): Handler<"send-email"> {
  return async ({ to, subject, text }, { settings, idempotencyKey, signal, log }) => {
    const { mailFrom: from, smtpUrl } = settings;
    const host = /@([^>]+)>?$/.exec(from)?.[1] ?? "localhost";
    // The same for every delivery of the task: a receiver can drop the message it has already got.
    const messageId = `<${createHash("sha256").update(idempotencyKey).digest("hex")}@${host}>`;
    try {
      await mailerOf(smtpUrl).sendMail({ from, to, subject, text, messageId, signal });
    } catch (error) {
      const answer = finalRefusal(error);
      if (answer === undefined) throw error;
      throw new PermanentError(`The mail server refuses the message for good: ${answer}`, {
        cause: error,
      });
    }
    log.debug({ messageId }, "The mail server has the message.");
  };
}

export const sendEmail = makeSendEmail(makeMailers());

/**
 * The server's answer where it refused the recipient or the message with 5xx. A sender or a password that
 * it refuses is a matter of our configuration, and mends when that does.
 */
function finalRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { responseCode, command, response }: SmtpError = error;
  const isFinal = typeof responseCode === "number" && responseCode >= 500 && responseCode < 600;
  const isAboutMessage = command === "RCPT TO" || command === "DATA";
  if (!isFinal || !isAboutMessage) return undefined;
  return typeof response === "string" ? response : String(responseCode);
}

/** What nodemailer adds to an error. */
interface SmtpError extends Error {
  readonly responseCode?: unknown;
  readonly command?: unknown;
  readonly response?: unknown;
}
