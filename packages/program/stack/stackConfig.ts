import { readFileSync } from "node:fs";
import { configText, parseGoYaml } from "./goYaml.ts";

export interface StackFileConfig {
  /** The Pulumi project's name: the namespace of its own keys. */
  readonly project: string;
  /** Full keys, and values as the engine hands them over: text, or JSON for lists and objects. */
  readonly config: Readonly<Record<string, string>>;
  /**
   * What is encrypted, and so not in `config`: a full key, or a path below one, such as `app:settings.token`,
   * with the ciphertext.
   */
  readonly secure: Readonly<Record<string, string>>;
}

/** A file of the configuration is not what it must be. Its message names the file. */
export class StackFileError extends Error {
  override readonly name = "StackFileError";
}

/**
 * The configuration of a stack as its program sees it: what the stack's file sets, and the defaults of
 * Pulumi.yaml.
 */
export function readStackConfig(projectFile: string, stackFile: string): StackFileConfig {
  const { name, config: declared } = readSettingsFile(projectFile);
  if (typeof name !== "string")
    throw new StackFileError(`'${projectFile}' has no name of a project.`);
  const { config: set } = readSettingsFile(stackFile);

  const values = new Map<string, unknown>();
  for (const [key, declaration] of settingsOf(declared, projectFile)) {
    values.set(fullKey(name, key), defaultOf(declaration));
  }
  for (const [key, value] of settingsOf(set, stackFile)) values.set(fullKey(name, key), value);

  const secure: Record<string, string> = {};
  const config = [...values].flatMap(([key, value]): [string, string][] => {
    const plain = withoutSecure(value, key, secure);
    try {
      return plain === undefined ? [] : [[key, configText(plain)]];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StackFileError(`'${key}' cannot be set: ${reason}`, { cause: error });
    }
  });
  return { project: name, config: Object.fromEntries(config), secure };
}

/** A value without what is encrypted in it, which is noted in `secure`; `undefined` where that is all of it. */
function withoutSecure(value: unknown, path: string, secure: Record<string, string>): unknown {
  if (Array.isArray(value)) {
    return value.map((part, i) => withoutSecure(part, `${path}[${i}]`, secure) ?? null);
  }
  if (!isMapping(value)) return value;
  if (typeof value["secure"] === "string" && Object.keys(value).length === 1) {
    secure[path] = value["secure"];
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
      const plain = withoutSecure(part, `${path}.${key}`, secure);
      return plain === undefined ? [] : [[key, plain]];
    }),
  );
}

/**
 * The configuration for a program that is run without the engine. Where Google's APIs are is a matter of the
 * real providers, and there are none.
 */
export function withoutEndpoints(config: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).filter(([key]) => !/^gcp:\w+CustomEndpoint$/.test(key)),
  );
}

/** The provider's setting that says where a local cloud has Cloud Tasks: producers are told the same. */
export function tasksEndpoint(endpoint: string): Record<string, string> {
  return { "gcp:cloudTasksCustomEndpoint": `${endpoint}/v2/` };
}

/** A key without a namespace is the project's. */
function fullKey(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/** A declaration is a value, or says more: Pulumi then has the value under `value` or `default`. */
function defaultOf(declaration: unknown): unknown {
  if (!isMapping(declaration)) return declaration ?? undefined;
  return declaration["value"] ?? declaration["default"] ?? undefined;
}

/** What a file of the project holds, or of a stack: nothing, where it is empty. */
export function readSettingsFile(file: string): Readonly<Record<string, unknown>> {
  const content = parseFile(file) ?? {};
  if (!isMapping(content)) throw new StackFileError(`'${file}' holds no settings.`);
  return content;
}

function parseFile(file: string): unknown {
  try {
    // As the Pulumi CLI does, it refuses what is not UTF-8: a setting would become other text.
    return parseGoYaml(new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new StackFileError(`There is no file '${file}'.`, { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new StackFileError(`'${file}' cannot be read: ${reason}`, { cause: error });
  }
}

function settingsOf(config: unknown, file: string): [string, unknown][] {
  if (config === undefined || config === null) return [];
  if (isMapping(config)) return Object.entries(config);
  throw new StackFileError(
    `'config' in '${file}' is '${configText(config)}'; it must hold settings, each with a space after its colon.`,
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
