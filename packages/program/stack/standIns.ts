import type { Contract } from "../../../tasks/contract/contract.ts";
import type { Setting } from "../../../tasks/contract/setting.ts";
import type { StackFileConfig } from "./stackConfig.ts";

/** A stack's configuration in which every setting has a value. */
export interface Completed {
  readonly config: Readonly<Record<string, string>>;
  /** The full keys of what has a stand-in, such as `background-tasks:settings.smtpUrl`. */
  readonly filledIn: readonly string[];
}

/**
 * Gives each of the contract's settings that a stack's configuration lacks the text that `standIn` says:
 * its file keeps them encrypted, or leaves them to whoever deploys. What may be missing and is not
 * encrypted stays so.
 */
export function withStandIns(
  { project, config, secure }: StackFileConfig,
  settings: Contract["settings"],
  standIn: (setting: Setting) => string,
): Completed {
  const key = `${project}:settings`;
  const given = readObject(config[key] ?? "{}");
  // It is not of that form: for the program to say.
  if (!given) return { config, filledIn: [] };
  const lacking = Object.entries(settings).filter(([name, { schema }]) => {
    if ((given[name] ?? "") !== "") return false;
    return `${key}.${name}` in secure || key in secure || !schema.safeParse(undefined).success;
  });
  const texts = lacking.map(([name, setting]): [string, string] => [name, standIn(setting)]);
  if (texts.length === 0) return { config, filledIn: [] };
  return {
    config: { ...config, [key]: JSON.stringify({ ...given, ...Object.fromEntries(texts) }) },
    filledIn: texts.map(([name]) => `${key}.${name}`),
  };
}

function readObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    // A text, and no object, in the stack's file.
    return undefined;
  }
}
