import { inspect, types } from "node:util";

/*
 * Telling what was thrown. Anything may be: an error whose causes form a circle, an object whose getters
 * throw, a text of 20 MB. None of these functions throws, and what they return is bounded, so that Cloud
 * Logging keeps a line as structure. https://cloud.google.com/logging/quotas
 */

/** Characters, at most, of what is told of one thrown value. */
const MAX_TOLD = 4096;
/** Characters, at most, of a stack: those of the message in it, and those of the frames after it. */
const MAX_STACK_MESSAGE = 2048;
const MAX_STACK_FRAMES = 6144;
/** Errors told at most, of all the causes and inner errors of one. */
const MAX_ERRORS = 10;
/** Fields told at most of an object that is no error. */
const MAX_FIELDS = 10;

/**
 * What was thrown, as a sentence: an error's message with those of its causes and of the errors that an
 * AggregateError holds; of what is no error its text or its fields. At most 4,096 characters.
 */
export function describeError(thrown: unknown): string {
  return unlessItThrows(() => tell(thrown, new Set())) ?? "an error that cannot be told";
}

/** The stack of an error, in the field where Error Reporting looks for it. At most 8 KB. */
export function stackOf(thrown: unknown): { readonly stack_trace?: string } {
  const stack = isError(thrown) ? read(thrown, "stack") : undefined;
  return typeof stack === "string" && stack !== "" ? { stack_trace: cutStack(stack) } : {};
}

/** Whether a value is an error. A Proxy may be one, and may refuse to say so. */
export function isError(value: unknown): value is Error {
  return isInstance(value, Error);
}

/** Whether a value is of a class, as far as it says so. */
export function isInstance<Value>(
  value: unknown,
  type: abstract new (...args: never[]) => Value,
): value is Value {
  return unlessItThrows(() => value instanceof type) ?? false;
}

/** A value as text, as Node would show it, at most 4,096 characters. */
export function show(value: unknown): string {
  // It may say how it is to be shown, and fail at that.
  return (
    unlessItThrows(() => cut(inspect(firstFields(value), SHOWN), MAX_TOLD)) ??
    "a value that cannot be shown"
  );
}

/** As much of a text as `length` characters hold, whole ones only. Where it was longer, the last is "…". */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`.toWellFormed();
}

/** What a function returns that asks something of a value; `undefined` where the value throws. */
function unlessItThrows<Value>(ask: () => Value): Value | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

// A Proxy is shown without asking it anything.
const SHOWN = {
  depth: 2,
  maxArrayLength: MAX_FIELDS,
  maxStringLength: 1024,
  breakLength: Infinity,
  compact: 3,
  showProxy: true,
} as const;

/** `told` holds the errors that were told already: causes may form a circle. */
function tell(thrown: unknown, told: Set<unknown>): string {
  if (typeof thrown === "string") return thrown === "" ? "an empty text" : cut(thrown, MAX_TOLD);
  if (!isError(thrown)) return show(thrown);
  if (told.size >= MAX_ERRORS) return "…";
  told.add(thrown);
  const message = messageOf(thrown);
  const parts = [
    message,
    ...behind("errors", innerErrors(thrown), told, message),
    ...behind("cause", [read(thrown, "cause")], told, message),
  ];
  return cut(parts.join(" "), MAX_TOLD);
}

function messageOf(error: Error): string {
  const message = read(error, "message");
  if (typeof message === "string" && message !== "") return cut(message, MAX_TOLD);
  if (message !== undefined && message !== "") return show(message);
  const name = read(error, "name");
  return typeof name === "string" && name !== "" ? cut(name, MAX_TOLD) : "Error";
}

/** The first of the errors that an error holds. By their places: a list may have methods of its own. */
function innerErrors(error: Error): unknown[] {
  const errors = read(error, "errors");
  if (!unlessItThrows(() => Array.isArray(errors))) return [];
  const length = Math.min(Number(read(errors as object, "length")), MAX_ERRORS);
  return Array.from({ length }, (_, place) => read(errors as object, String(place)));
}

/** What stands behind an error, in brackets. What its message says already is not said again. */
function behind(
  label: string,
  inner: readonly unknown[],
  told: Set<unknown>,
  message: string,
): string[] {
  const texts = inner
    .filter((each) => each !== undefined && each !== null && !told.has(each))
    .map((each) => tell(each, told))
    .filter((text) => !message.includes(text));
  return texts.length === 0 ? [] : [`(${label}: ${texts.join("; ")})`];
}

/** A property, unless to read it throws. */
export function read(object: object, key: string): unknown {
  return unlessItThrows((): unknown => Reflect.get(object, key));
}

/** Of a plain object, the first fields; anything else as it is. */
function firstFields(value: unknown): unknown {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const keys = Object.keys(value);
  if (keys.length <= MAX_FIELDS) return value;
  const first = keys.slice(0, MAX_FIELDS).map((key) => [key, read(value, key)]);
  return Object.fromEntries([...first, ["…", `and ${keys.length - MAX_FIELDS} more`]]);
}

/** A long message would leave no room for the frames that follow it. */
function cutStack(stack: string): string {
  const end = stack.indexOf("\n    at ");
  if (end < 0) return cut(stack, MAX_STACK_MESSAGE);
  return cut(stack.slice(0, end), MAX_STACK_MESSAGE) + cut(stack.slice(end), MAX_STACK_FRAMES);
}
