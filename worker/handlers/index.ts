import type { Handlers } from "../handler.ts";
import type { Mailer } from "../mailer.ts";
import { sendDigest } from "./sendDigest.ts";
import { makeSendEmail } from "./sendEmail.ts";

/** What the handlers work with. */
export interface HandlerSettings {
  readonly mailer: Mailer;
  readonly mailFrom: string;
}

/** The handler of each task. One that is missing does not compile. */
export function makeHandlers({ mailer, mailFrom }: HandlerSettings): Handlers {
  return {
    "send-email": makeSendEmail({ mailer, from: mailFrom }),
    "send-digest": sendDigest,
  };
}
