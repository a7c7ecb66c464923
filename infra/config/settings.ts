import type { Contract } from "../../tasks/contract/contract.ts";
import { settingVariable } from "../../tasks/contract/setting.ts";
import { list, quote } from "./problems.ts";

/** The texts of the settings that a stack gives, by their names: those of its key `settings`, checked. */
export type SettingTexts = Readonly<Record<string, string>>;

/**
 * Checks the stack's values of what `tasks/settings.ts` declares, with the schemas that the worker reads
 * them with. What is wrong is added to `problems`; a secret is not shown.
 */
export function parseSettings(
  given: unknown,
  declared: Contract["settings"],
  problems: string[],
): SettingTexts {
  const known = Object.keys(declared);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    // Not shown: what was meant for one of them may be a secret.
    problems.push(`'settings' holds no settings by name; it holds those of ${list(known)}.`);
    return {};
  }
  const values = new Map<string, unknown>(Object.entries(given));
  const strangers = [...values.keys()].filter((name) => !known.includes(name));
  problems.push(...strangers.map((name) => unknownSetting(name, known)));
  const texts: Record<string, string> = {};
  for (const [name, { schema, description, isSecret, example }] of Object.entries(declared)) {
    const text = textOf(values.get(name));
    const { error } = schema.safeParse(text);
    if (error) {
      const set = `set it with '${setCommand(name, isSecret)}'`;
      if (text === undefined) {
        const what = description.replace(/\.$/, "");
        problems.push(`'settings.${name}' is not set (${what}): ${set}, such as '${example}'.`);
        continue;
      }
      const rules = error.issues.map(({ message }) => message).join(", ");
      const shown = isSecret ? "'[secret]'" : quote(text);
      problems.push(`'settings.${name}' is ${shown}; ${rules}: ${set}.`);
    } else if (text !== undefined) {
      texts[name] = text;
    }
  }
  return texts;
}

/** What is wrong with keys of a stack that have the name of a setting, and do not stand under `settings`. */
export function misplacedSettings(
  keys: readonly string[],
  declared: Contract["settings"],
): { readonly key: string; readonly problem: string }[] {
  return keys.flatMap((key) => {
    const setting = Object.hasOwn(declared, key) ? declared[key] : undefined;
    if (!setting) return [];
    const command = setCommand(key, setting.isSecret);
    const problem = `'${key}' stands under 'settings': set it with '${command}', and remove '${key}'.`;
    return [{ key, problem }];
  });
}

/** The command that gives a stack a value. That of a secret is asked for, and so in no shell's history. */
function setCommand(name: string, isSecret: boolean): string {
  const value = isSecret ? "" : " <value>";
  return `pulumi config set ${isSecret ? "--secret " : ""}--path settings.${name}${value}`;
}

function unknownSetting(name: string, known: readonly string[]): string {
  const declared =
    known.length === 0
      ? "tasks/settings.ts declares none"
      : `tasks/settings.ts declares ${list(known)}`;
  return `Unknown setting 'settings.${name}'; ${declared}.`;
}

/** A value as text. A number or a boolean may stand in the file without quotes; an empty text is none. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The names of a setting: also in its variable, and in its secret's name. */
const NAME = /^[a-z][a-zA-Z0-9]{0,62}$/;

/** Variables that are the platform's, Node's or the program's own. */
const RESERVED =
  /^(?:PORT|HOST|HOME|PATH|PWD|TZ|LANG|(?:K|LC|TASKS|NODE|GCE|GOOGLE|CLOUD_RUN|X_GOOGLE|GCLOUD|LD)_.*)$/;

/** What is wrong with what `tasks/settings.ts` declares. */
export function checkSettings(settings: Contract["settings"]): string[] {
  const names = Object.keys(settings);
  return [
    ...names.flatMap((name) => checkName(name, names)),
    ...Object.entries(settings).flatMap(([name, { schema, example }]) =>
      schema.safeParse(example).success
        ? []
        : [`The example of setting '${name}' of tasks/settings.ts is refused by its own schema.`],
    ),
  ];
}

function checkName(name: string, names: readonly string[]): string[] {
  if (!NAME.test(name)) {
    return [
      `Setting '${name}' of tasks/settings.ts: a name is at most 63 letters and digits, the first a ` +
        "lower-case letter.",
    ];
  }
  const variable = settingVariable(name);
  if (RESERVED.test(variable)) {
    return [
      `Setting '${name}' of tasks/settings.ts would be the worker's variable '${variable}', which is the ` +
        "platform's or the program's own; give it another name.",
    ];
  }
  const twin = names.find((other) => other < name && settingVariable(other) === variable);
  if (twin === undefined) return [];
  return [
    `Settings '${twin}' and '${name}' of tasks/settings.ts would both be the variable '${variable}'; give ` +
      "one of them another name.",
  ];
}
