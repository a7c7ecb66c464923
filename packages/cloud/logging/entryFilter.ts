import { GoogleError } from "../api/googleError.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { durationToMs, timestampToMs } from "../api/protoTime.ts";
import type { FieldType } from "../api/protoJson.ts";
import {
  OPERATORS,
  parseFilter,
  PATTERN_OPERATORS,
  type Filter,
  type Operator,
} from "../filter/filterSyntax.ts";
import { partMatch, PatternError, type MatchBudget } from "../filter/pattern.ts";
import { entryField, type EntryField } from "./entryField.ts";
import { logIdOf, SEVERITIES, type LogEntry } from "./logEntry.ts";

type EntryFilter = Filter<LogEntry>;
type EntryOperator = Operator | (typeof PATTERN_OPERATORS)[number];

const MAX_LENGTH = 20_000;

/**
 * Reads a filter in Google's query language: comparisons of any field, with AND, OR, NOT and parentheses, a text
 * by itself, which any field may hold, and `log_id("…")`. Throws INVALID_ARGUMENT for what is no filter.
 * https://cloud.google.com/logging/docs/view/logging-query-language
 *
 * @param budget how long the regular expressions may take; beyond it the filter throws INVALID_ARGUMENT too
 */
export function entryFilter(text: string, budget: MatchBudget): EntryFilter {
  if (text.length > MAX_LENGTH) {
    throw unparseable("", `it has ${text.length} characters, and may have ${MAX_LENGTH}`);
  }
  return parseFilter<LogEntry, EntryOperator>(text, {
    operators: [...PATTERN_OPERATORS, ...OPERATORS],
    compare: (name, operator, value) => {
      const field = entryField(name);
      if (!field) throw new GoogleError("INVALID_ARGUMENT", `Field not found: '${name}'.`);
      if (operator === "=~" || operator === "!~") {
        return matching(field, operator === "!~", value, budget);
      }
      if (operator === ":") return having(field, value);
      return comparing(name, field, operator, value);
    },
    search: (value) => {
      const wanted = value.toLowerCase();
      return (entry) => holds(entry, wanted);
    },
    call(name, values) {
      const [id = ""] = values;
      if (name === "log_id" && values.length === 1) return ({ logName }) => logIdOf(logName) === id;
      throw new NotEmulatedError(`${name}() in a filter of logs`, "Emulated is log_id().");
    },
    refusal: unparseable,
  });
}

function unparseable(_text: string, why: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", `Unparseable filter: ${why}`);
}

/** A part of the text, whatever its case; `*` asks whether there is anything. */
function having({ valuesOf }: EntryField, value: string): EntryFilter {
  if (value === "*") return (entry) => valuesOf(entry).length > 0;
  const wanted = value.toLowerCase();
  return (entry) => valuesOf(entry).some((one) => holds(one, wanted));
}

/** Whether a value, or what is within it, has a text in it. */
function holds(value: unknown, wanted: string): boolean {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).some((one) => holds(one, wanted));
  }
  return shown(value).toLowerCase().includes(wanted);
}

function matching(
  field: EntryField,
  isNegated: boolean,
  pattern: string,
  budget: MatchBudget,
): EntryFilter {
  const sound = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw error instanceof PatternError ? unparseable(pattern, error.message) : error;
    }
  };
  const matches = sound(() => partMatch(pattern, budget));
  return (entry) =>
    presentIn(field, entry).some((value) => sound(() => matches(shown(value))) !== isNegated);
}

function comparing(
  name: string,
  field: EntryField,
  operator: Exclude<Operator, ":">,
  text: string,
): EntryFilter {
  const compare = COMPARE[operator];
  const read = readerOf(field.type);
  if (read === undefined) {
    // Within a payload, what is compared is what the entry holds there.
    return (entry) =>
      field.valuesOf(entry).some((value) => {
        if (typeof value === "number") {
          const wanted = text.trim() === "" ? NaN : Number(text);
          return Number.isNaN(wanted) ? operator === "!=" : compare(value, wanted);
        }
        return typeof value !== "object" && compare(shown(value).toLowerCase(), text.toLowerCase());
      });
  }
  const wanted = read(text);
  if (wanted === undefined) {
    throw unparseable(text, `'${text}' is no value of the field '${name}'`);
  }
  return (entry) =>
    presentIn(field, entry).some((value) => compare(read(shown(value)) ?? 0, wanted));
}

/**
 * A field that every entry has by its type is compared as its default where it is not set. One within a payload or
 * among labels is then missing: no comparison with it holds.
 */
function presentIn({ isDefaulted, valuesOf }: EntryField, entry: LogEntry): readonly unknown[] {
  const values = valuesOf(entry);
  return values.length === 0 && isDefaulted ? [""] : values;
}

/** What is compared: text, or the number that orders values of the type. */
type Comparable = string | number;

const COMPARE: Readonly<
  Record<Exclude<Operator, ":">, (held: Comparable, wanted: Comparable) => boolean>
> = {
  "=": (held, wanted) => held === wanted,
  "!=": (held, wanted) => held !== wanted,
  "<": (held, wanted) => held < wanted,
  "<=": (held, wanted) => held <= wanted,
  ">": (held, wanted) => held > wanted,
  ">=": (held, wanted) => held >= wanted,
};

/** Reads a value of a type; `undefined` for what is none. Nothing at all is the default. */
type Reader = (text: string) => Comparable | undefined;

const numberOf: Reader = (text) => {
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
};

function readerOf(type: FieldType | undefined): Reader | undefined {
  if (type === undefined) return undefined;
  if (typeof type === "string") return READERS[type];
  if (!("enum" in type)) return undefined;
  return (text) => {
    const level = Number(text);
    if (Number.isInteger(level)) return level;
    const number = SEVERITIES.indexOf(text.toUpperCase());
    return number < 0 ? undefined : number;
  };
}

const READERS: Partial<Readonly<Record<FieldType & string, Reader>>> = {
  string: (text) => text.toLowerCase(),
  bool: (text) => (/^(?:true|false|)$/i.test(text) ? Number(/true/i.test(text)) : undefined),
  int32: numberOf,
  int64: numberOf,
  double: numberOf,
  duration: (text) =>
    text === "" ? 0 : /^-?\d+(?:\.\d+)?s$/.test(text) ? durationToMs(text) : undefined,
  timestamp: (text) => (text === "" ? 0 : timeOf(text)),
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** A time in RFC 3339, or a day, which begins in UTC. */
function timeOf(text: string): number | undefined {
  if (!TIME.test(text) && !DAY.test(text)) return undefined;
  const ms = DAY.test(text) ? Date.parse(text) : timestampToMs(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}
