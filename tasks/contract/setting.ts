import type { z } from "zod";

/** What handlers need from outside: its value is a text that the stack's configuration holds. */
export interface Setting<Value = unknown> {
  /**
   * Reads the value from a text. The program checks with it before it makes anything, and the worker at
   * its start. A schema that takes `undefined` makes the setting optional.
   */
  readonly schema: z.ZodType<Value>;
  /** What it is, for whoever has to set it: a sentence. */
  readonly description: string;
  /** Whether it is kept in Secret Manager, and shown to nobody. */
  readonly isSecret: boolean;
  /**
   * A text that the schema takes. It stands in on a laptop, in CI and in throw-away stacks, where nobody
   * gives one, and so should lead nowhere: `.invalid` is a domain that never resolves (RFC 2606).
   */
  readonly example: string;
  /** What `npm start` brings that has an address of this form. @default - the example stands in */
  readonly local?: LocalService;
}

/** What `npm start` brings: `mail` is a mail server, `smtp://host:port`, that shows what it is sent. */
export type LocalService = "mail";

interface StandIns {
  readonly example: string;
  readonly local?: LocalService;
}

/** A setting that anybody may read. */
export function setting<Value>(
  schema: z.ZodType<Value>,
  description: string,
  standIns: StandIns,
): Setting<Value> {
  return { schema, description, isSecret: false, ...standIns };
}

/** A setting that nobody but the worker may read. What its schema says of a wrong value must not show it. */
export function secret<Value>(
  schema: z.ZodType<Value>,
  description: string,
  standIns: StandIns,
): Setting<Value> {
  return { schema, description, isSecret: true, ...standIns };
}

/** The values of settings, as handlers are given them. */
export type SettingValues<Settings extends Readonly<Record<string, Setting>>> = {
  readonly [Name in keyof Settings]: z.output<Settings[Name]["schema"]>;
};

/** The worker's variable of a setting: `smtpUrl` is in `SMTP_URL`. */
export function settingVariable(name: string): string {
  return words(name, "_").toUpperCase();
}

/** The end of the name of a setting's secret: `smtpUrl` is in `<stack>-smtp-url`. */
export function settingSecretName(name: string): string {
  return words(name, "-").toLowerCase();
}

function words(name: string, separator: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, `$1${separator}$2`);
}
