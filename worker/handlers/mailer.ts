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

/** A mailer that keeps connections. */
export interface MailPool extends Mailer {
  close(): void | Promise<void>;
}

/** Makes a mailer for an SMTP server. It loads and connects with the first message. */
export function makeMailer(smtpUrl: string, create: CreatePool = createPool): MailPool {
  let mailer: Promise<MailPool> | undefined;
  return {
    async sendMail(mail) {
      mailer ??= create(smtpUrl);
      return (await mailer).sendMail(mail);
    },
    async close() {
      await (await mailer)?.close();
    },
  };
}

/** Makes mailers by their servers' addresses. An address has one: its connections serve task after task. */
export function makeMailers(create: CreatePool = createPool): (smtpUrl: string) => MailPool {
  const mailers = new Map<string, MailPool>();
  return (smtpUrl) => {
    const known = mailers.get(smtpUrl);
    if (known) return known;
    const mailer = makeMailer(smtpUrl, create);
    mailers.set(smtpUrl, mailer);
    return mailer;
  };
}

type CreatePool = (smtpUrl: string) => Promise<MailPool>;

async function createPool(url: string): Promise<MailPool> {
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
