import type { Contract } from "../../tasks/contract/contract.ts";
import { alternatives } from "../../tasks/contract/knownNames.ts";
import { settingVariable } from "../../tasks/contract/setting.ts";
import { inStackFile, inTasks, LOCAL_STACK, type Place } from "./places.ts";
import { describeIssues, IN_WORDS, quote } from "./problems.ts";

/** The texts of the settings that a stack gives, by their names: those of its key `settings`, checked. */
export type SettingTexts = Readonly<Record<string, string>>;

/**
 * Checks the stack's values of what `tasks/settings.ts` declares, with the schemas that the worker reads
 * them with. What is wrong is added to `problems`; a secret is not shown.
 */
export function parseSettings(
  stack: string,
  given: unknown,
  declared: Contract["settings"],
  problems: string[],
): SettingTexts {
  const known = Object.keys(declared);
  const place = inStackFile(stack, "settings");
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    // Not shown: what was meant for one of them may be a secret.
    problems.push(`${place([])} holds no settings by name. ${alternatives("", KIND, known)}`);
    return {};
  }
  const values = new Map<string, unknown>(Object.entries(given));
  const strangers = [...values.keys()].filter((name) => !known.includes(name));
  problems.push(
    ...strangers.map(
      (name) => `${place([name])} is no setting. ${alternatives(name, KIND, known)}`,
    ),
  );
  const texts: Record<string, string> = {};
  for (const [name, { schema, description, isSecret, example }] of Object.entries(declared)) {
    const text = textOf(values.get(name));
    const { error } = schema.safeParse(text, IN_WORDS);
    if (error) {
      // That the example is wrong is a problem of its own: it stands in where there is no value.
      if (text === example) continue;
      const set = howToSet(stack, name, isSecret);
      if (text === undefined) {
        const what = description.replace(/\.$/, "");
        problems.push(
          `${place([name])} is not set (${what}): set it ${set}, such as '${example}'.`,
        );
        continue;
      }
      const rules = error.issues.map(({ message }) => message).join(", ");
      const shown = isSecret ? "'[secret]'" : quote(text);
      const anew = stack === LOCAL_STACK ? "" : `: set it ${set}`;
      problems.push(`${place([name])} is ${shown}; ${rules}${anew}.`);
    } else if (text !== undefined) {
      texts[name] = text;
    }
  }
  return texts;
}

/** What is wrong with keys of a stack that have the name of a setting, and do not stand under `settings`. */
export function misplacedSettings(
  stack: string,
  keys: readonly string[],
  declared: Contract["settings"],
): { readonly key: string; readonly problem: string }[] {
  return keys.flatMap((key) => {
    const setting = Object.hasOwn(declared, key) ? declared[key] : undefined;
    if (!setting) return [];
    const set = howToSet(stack, key, setting.isSecret);
    const problem = `${inStackFile(stack)([key])} has its place under 'settings': set it ${set}, and remove '${key}'.`;
    return [{ key, problem }];
  });
}

/**
 * How a stack is given a value. That of a secret is asked for, and so in no shell's history. A laptop's is no
 * secret, and need not have the Pulumi CLI.
 */
function howToSet(stack: string, name: string, isSecret: boolean): string {
  if (stack === LOCAL_STACK) return `there, as 'settings.${name}'`;
  const value = isSecret ? "" : " <value>";
  return `with 'pulumi config set ${isSecret ? "--secret " : ""}--path settings.${name}${value}'`;
}

/** What error messages call what `tasks/settings.ts` declares. */
const KIND = "settings in tasks/settings.ts";

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
    ...Object.entries(settings).flatMap(([name, { schema, example }]) => {
      const { error } = schema.safeParse(example, IN_WORDS);
      const inExample: Place = () => inTasks("settings", "setting", name)(["example"]);
      return error ? describeIssues(inExample, example, error.issues) : [];
    }),
  ];
}

function checkName(name: string, names: readonly string[]): string[] {
  const place = inTasks("settings", "setting", name)([]);
  if (!NAME.test(name)) {
    return [
      `${place}: a name is at most 63 letters and digits, the first a ` + "lower-case letter.",
    ];
  }
  const variable = settingVariable(name);
  if (RESERVED.test(variable)) {
    return [
      `${place} would be the worker's variable '${variable}', which is the ` +
        "platform's or the program's own; give it another name.",
    ];
  }
  const twin = names.find((other) => other < name && settingVariable(other) === variable);
  if (twin === undefined) return [];
  return [
    `tasks/settings.ts: settings '${twin}' and '${name}' would both be the variable '${variable}'; give ` +
      "one of them another name.",
  ];
}
