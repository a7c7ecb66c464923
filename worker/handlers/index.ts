import type { Handlers } from "./handler.ts";
import { sendDigest } from "./sendDigest.ts";
import { sendEmail } from "./sendEmail.ts";

/** The handler of each task. One that is missing does not compile. */
export const handlers: Handlers = {
  "send-email": sendEmail,
  "send-digest": sendDigest,
};
