import { readFileSync } from "node:fs";
import { parse } from "yaml";

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
  const { name, config: declared } = readMapping(projectFile);
  if (typeof name !== "string")
    throw new StackFileError(`'${projectFile}' has no name of a project.`);
  const { config: set } = readMapping(stackFile);

  const values = new Map<string, unknown>();
  for (const [key, declaration] of entries(declared)) {
    values.set(fullKey(name, key), defaultOf(declaration));
  }
  for (const [key, value] of entries(set)) values.set(fullKey(name, key), value);

  const secure: Record<string, string> = {};
  const config = [...values].flatMap(([key, value]): [string, string][] => {
    const plain = withoutSecure(value, key, secure);
    return plain === undefined ? [] : [[key, engineText(plain)]];
  });
  return { project: name, config: Object.fromEntries(config), secure };
}

/** A value without what is encrypted in it, which is noted in `secure`; `undefined` where that is all of it. */
function withoutSecure(value: unknown, path: string, secure: Record<string, string>): unknown {
  if (!isMapping(value)) return value;
  if (typeof value["secure"] === "string") {
    secure[path] = value["secure"];
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      withoutSecure(part, `${path}.${key}`, secure),
    ]),
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
  if (!isMapping(declaration)) return declaration;
  return declaration["value"] ?? declaration["default"];
}

function engineText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readMapping(file: string): Readonly<Record<string, unknown>> {
  const content = parseFile(file);
  if (!isMapping(content)) throw new StackFileError(`'${file}' holds no settings.`);
  return content;
}

function parseFile(file: string): unknown {
  try {
    // As the Pulumi CLI does, it refuses what is not UTF-8: a setting would become other text.
    return parse(new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StackFileError(`'${file}' cannot be read: ${reason}`, { cause: error });
  }
}

function entries(value: unknown): [string, unknown][] {
  return isMapping(value) ? Object.entries(value) : [];
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
