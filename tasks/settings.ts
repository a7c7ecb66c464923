import * as z from "zod";
import { secret, setting, type Setting } from "./contract/setting.ts";

const mailSender = z.string().regex(/^(?:[^<>@\r\n]+ )?<?[^\s@<>]+@[^\s@<>]+>?$/, {
  error: "it must be a sender, such as 'tasks@example.com' or 'Example <tasks@example.com>'",
});

// What is wrong with it is said without it: it holds a password.
const mailServer = z
  .string()
  .regex(/^smtps?:\/\//i, { error: "it must begin with 'smtp://' or 'smtps://'", abort: true })
  .refine(isMailServer, {
    error:
      "it must be 'smtp://user:password@host:port', the port from 1 to 65535, and what is special in user " +
      "or password percent-encoded: '%23' for '#', '%2F' for '/'",
  });

/**
 * What handlers need from outside. A task names those that its handler is given. A stack sets them:
 * `pulumi config set --path settings.<name> <value>`, and with `--secret` where they are secrets.
 */
export const settings = {
  mailFrom: setting(mailSender, "The sender of the mail.", { example: "tasks@example.com" }),
  smtpUrl: secret(mailServer, "The mail server, 'smtp://user:password@host:port'.", {
    example: "smtp://user:password@mail.invalid:587",
    local: "mail",
  }),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

function isMailServer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, port, pathname, hash } = new URL(text);
  const isPlain = /^\/?$/.test(pathname) && hash === "";
  return hostname !== "" && port !== "0" && isPlain;
}
