/** A message, as nodemailer takes it. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  /** Ends the sending when it fires. */
  readonly signal: AbortSignal;
}

/** Sends mail. It rejects with nodemailer's errors. */
export interface Mailer {
  sendMail(mail: Mail): Promise<unknown>;
}

/** Makes a mailer for an SMTP server. It loads and connects with the first message. */
export function makeMailer(smtpUrl: string, create: CreateMailer = createPool): Mailer {
  let mailer: Promise<Mailer> | undefined;
  return {
    async sendMail(mail) {
      mailer ??= create(smtpUrl);
      return (await mailer).sendMail(mail);
    },
  };
}

type CreateMailer = (smtpUrl: string) => Promise<Mailer>;

async function createPool(url: string): Promise<Mailer> {
  // A third of the bundle, and not needed until there is mail.
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    pool: true,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    // What a payload says is text, never a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
