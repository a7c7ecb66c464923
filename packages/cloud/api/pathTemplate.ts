/** One segment of a path template. */
export type Segment =
  | { readonly literal: string }
  /** `isRest` takes all that is left of the path, slashes and all. */
  | { readonly variable: string; readonly isRest: boolean };

/** A method's `http`, taken apart. */
export interface PathTemplate {
  readonly verb: string;
  readonly segments: readonly Segment[];
  /** What follows the colon at the end, such as `pause`; empty where there is none. */
  readonly custom: string;
}

/** A path, split and not yet decoded. */
export interface SplitPath {
  readonly segments: readonly string[];
  readonly custom: string;
}

/** Reads `POST /v2/projects/{project}/queues/{queue}:pause`. Throws for what is not of that form. */
export function parseTemplate(http: string): PathTemplate {
  const [, verb, path] = /^([A-Z]+) (\/\S*)$/.exec(http) ?? [];
  if (verb === undefined || path === undefined) {
    throw new Error(`'${http}' is not a verb, a space and a path that begins with a slash.`);
  }
  const { segments, custom } = splitPath(path);
  return { verb, segments: segments.map((text) => readSegment(text, http)), custom };
}

/** Splits a path at its slashes and takes the custom verb off its end: `/v2/queues/email:pause`. */
export function splitPath(path: string): SplitPath {
  const segments = path.split("/");
  // What is before the first slash.
  segments.shift();
  const last = segments.at(-1) ?? "";
  const colon = last.lastIndexOf(":");
  if (colon < 0) return { segments, custom: "" };
  segments[segments.length - 1] = last.slice(0, colon);
  return { segments, custom: last.slice(colon + 1) };
}

/**
 * The value of a variable that takes one segment. `undefined` for what no resource is called, so that no
 * name can reach beyond its place: nothing at all, dots, a slash or a control character behind percent signs.
 */
export function decodeSegment(raw: string): string | undefined {
  const text = percentDecoded(raw);
  return text !== undefined && isId(text) ? text : undefined;
}

/** The value of a variable that takes the rest of the path: here a slash may be encoded. */
export function decodeRest(raw: readonly string[]): string | undefined {
  const texts = raw.map(percentDecoded);
  const parts = texts.flatMap((text) => text?.split("/") ?? [""]);
  return parts.some((part) => IS_TRICK.test(part)) ? undefined : texts.join("/");
}

/** Whether a resource may be called that: an id out of a full name, which is not encoded. */
export function isId(text: string): boolean {
  return !IS_TRICK.test(text) && !text.includes("/");
}

/** Nothing, `.`, `..`, and whatever holds a backslash or a control character. */
const IS_TRICK = /^\.{0,2}$|[\\\u0000-\u001f\u007f]/;

function percentDecoded(raw: string): string | undefined {
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined; // Not an encoding of anything: no resource is called that.
  }
}

function readSegment(text: string, http: string): Segment {
  if (!/[{}]/.test(text)) return { literal: text };
  const [, variable, rest] = /^\{(\w+)(=\*\*)?\}$/.exec(text) ?? [];
  if (variable !== undefined) return { variable, isRest: rest !== undefined };
  throw new Error(`Segment '${text}' of '${http}' is neither text nor one variable in braces.`);
}
