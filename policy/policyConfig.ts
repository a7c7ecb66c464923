import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule, Setting, Settings, SettingValue } from "./rule.ts";
import { rules as allRules } from "./rules/index.ts";
import { isMapping, quoted, seconds } from "./values.ts";

/** What a stack wants otherwise than the rules have it: a rule's settings by its name. */
export type PolicyConfig = Readonly<Record<string, Settings>>;

/**
 * Reads `PulumiPolicy.<stack>.json` in a project's folder. A stack without one has every rule as it is.
 * Throws where the file is wrong, and says all that is.
 */
export function readPolicyConfig(
  directory: string,
  stack: string,
  rules: readonly Rule[] = allRules,
): PolicyConfig {
  const file = `PulumiPolicy.${stack}.json`;
  const source = readIfThere(join(directory, file));
  if (source === undefined) return {};
  const problems: string[] = [];
  const config = parse(source, rules, problems);
  if (problems.length > 0) {
    throw new Error(problems.map((problem) => `${file}: ${problem}`).join("\n"));
  }
  return config;
}

/** The settings of a rule for a stack of this configuration. */
export function settingsOf({ name, settings = {} }: Rule, config: PolicyConfig): Settings {
  const defaults = Object.entries(settings).map(([key, setting]): [string, SettingValue] => [
    key,
    setting.default,
  ]);
  return { ...Object.fromEntries(defaults), ...config[name] };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parse(source: string, rules: readonly Rule[], problems: string[]): PolicyConfig {
  let config: unknown;
  try {
    config = JSON.parse(source);
  } catch (error) {
    problems.push(`it is no JSON: ${(error as Error).message}.`);
    return {};
  }
  if (!isMapping(config)) {
    problems.push("it must be an object that has a rule's settings by the rule's name.");
    return {};
  }
  for (const [name, given] of Object.entries(config)) {
    const rule = rules.find((one) => one.name === name);
    if (!rule) problems.push(`'${name}' is no rule; docs/policy.md lists them.`);
    else problems.push(...problemsOf(rule, given));
  }
  return config as PolicyConfig;
}

function problemsOf({ name, settings = {} }: Rule, given: unknown): string[] {
  if (!isMapping(given)) return [`'${name}' must be an object that has settings by their names.`];
  return Object.entries(given).flatMap(([key, value]) => {
    const setting = settings[key];
    if (!setting) {
      const known = Object.keys(settings);
      const has = known.length === 0 ? "it has none" : `its settings are ${quoted(known)}`;
      return [`'${name}.${key}' is no setting of the rule; ${has}.`];
    }
    const wanted = problemWith(value, setting);
    if (wanted === undefined) return [];
    return [`'${name}.${key}' is '${JSON.stringify(value)}'; it must be ${wanted}.`];
  });
}

/** What the value must be, if it is not. */
function problemWith(
  value: unknown,
  { default: byDefault }: Setting<SettingValue>,
): string | undefined {
  if (Array.isArray(byDefault)) {
    const isList =
      Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "");
    return isList ? undefined : "a list of texts";
  }
  if (seconds(byDefault) !== undefined) {
    return Number.isNaN(seconds(value) ?? NaN) ? "a duration in seconds, such as '10s'" : undefined;
  }
  return typeof value === typeof byDefault ? undefined : `a ${typeof byDefault}`;
}
