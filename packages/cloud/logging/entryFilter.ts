import { GoogleError } from "../api/googleError.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { durationToMs, timestampToMs } from "../api/protoTime.ts";
import type { FieldType } from "../api/protoJson.ts";
import {
  joining,
  OPERATORS,
  parseFilter,
  PATTERN_OPERATORS,
  type Filter,
  type Joining,
  type Operator,
} from "../filter/filterSyntax.ts";
import { partMatch, PatternError, type MatchBudget } from "../filter/pattern.ts";
import {
  demandsOfAll,
  demandsOfAny,
  NO_DEMANDS,
  type Comparable,
  type Demands,
} from "./demands.ts";
import { entryField, MAX_DEPTH, type EntryField } from "./entryField.ts";
import { logIdOf, SEVERITIES, type LogEntry } from "./logEntry.ts";

/** What a filter asks of entries. */
export interface EntryFilter {
  readonly matches: Filter<LogEntry>;
  /** What an entry that matches must hold: none other needs to be tried. */
  readonly demands: Demands;
}

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
  return parseFilter<EntryFilter, EntryOperator>(text, {
    ...JOINING,
    operators: [...PATTERN_OPERATORS, ...OPERATORS],
    compare: (name, operator, value) => {
      const field = entryField(name);
      if (!field) throw new GoogleError("INVALID_ARGUMENT", `Field not found: '${name}'.`);
      if (operator === "=~" || operator === "!~") {
        return undemanding(matching(field, operator === "!~", value, budget));
      }
      if (operator === ":") return undemanding(having(field, value));
      return comparing(name, field, operator, value);
    },
    search: (value) => {
      const wanted = value.toLowerCase();
      return undemanding((entry) => holds(entry, wanted));
    },
    call(name, values) {
      const [id = ""] = values;
      if (name === "log_id" && values.length === 1) return ofLog(id);
      throw new NotEmulatedError(`${name}() in a filter of logs`, "Emulated is log_id().");
    },
    refusal: unparseable,
  });
}

const functions = joining<LogEntry>();

const JOINING: Joining<EntryFilter> = {
  all: (filters) => ({
    matches: functions.all(filters.map(({ matches }) => matches)),
    demands: demandsOfAll(filters.map(({ demands }) => demands)),
  }),
  any: (filters) => ({
    matches: functions.any(filters.map(({ matches }) => matches)),
    demands: demandsOfAny(filters.map(({ demands }) => demands)),
  }),
  not: ({ matches }) => undemanding(functions.not(matches)),
};

/** A filter that says of no field what an entry must hold there. */
function undemanding(matches: Filter<LogEntry>): EntryFilter {
  return { matches, demands: NO_DEMANDS };
}

function ofLog(id: string): EntryFilter {
  return {
    matches: ({ logName }) => logIdOf(logName) === id,
    demands: [{ key: LOG_ID, values: new Set([id]), valuesOf: ({ log }) => [log] }],
  };
}

/** As no field is called, and before those. */
const LOG_ID = "";

function unparseable(_text: string, why: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", `Unparseable filter: ${why}`);
}

/** A part of the text, whatever its case; `*` asks whether there is anything. */
function having({ valuesOf }: EntryField, value: string): Filter<LogEntry> {
  if (value === "*") return (entry) => valuesOf(entry).length > 0;
  const wanted = value.toLowerCase();
  return (entry) => valuesOf(entry).some((one) => holds(one, wanted));
}

/** Whether a value, or what is within it, has a text in it. */
function holds(value: unknown, wanted: string, depth = 0): boolean {
  if (typeof value === "object" && value !== null) {
    if (depth > MAX_DEPTH) return false;
    return Object.values(value).some((one) => holds(one, wanted, depth + 1));
  }
  return shown(value).toLowerCase().includes(wanted);
}

function matching(
  field: EntryField,
  isNegated: boolean,
  pattern: string,
  budget: MatchBudget,
): Filter<LogEntry> {
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
  const read = readerOf(field.type);
  if (read === undefined) return comparingHeld(field, operator, text);
  const compare = COMPARE[operator];
  const wanted = read(text);
  if (wanted === undefined) {
    throw unparseable(text, `'${text}' is no value of the field '${name}'`);
  }
  const held = (value: unknown): Comparable => read(shown(value)) ?? 0;
  const matches: Filter<LogEntry> = (entry) =>
    presentIn(field, entry).some((value) => compare(held(value), wanted));
  if (operator !== "=") return undemanding(matches);
  return {
    matches,
    demands: [
      {
        key: field.key,
        values: new Set([wanted]),
        valuesOf: ({ entry }) => presentIn(field, entry).map(held),
      },
    ],
  };
}

/** Compares a field within a payload: what is compared is what the entry holds there. */
function comparingHeld(
  { key, valuesOf }: EntryField,
  operator: Exclude<Operator, ":">,
  text: string,
): EntryFilter {
  const compare = COMPARE[operator];
  const number = text.trim() === "" ? NaN : Number(text);
  const isNumber = !Number.isNaN(number);
  const wanted = text.toLowerCase();
  const matches: Filter<LogEntry> = (entry) =>
    valuesOf(entry).some((value) => {
      if (typeof value === "number") return isNumber ? compare(value, number) : operator === "!=";
      return typeof value !== "object" && compare(shown(value).toLowerCase(), wanted);
    });
  // What may be text or a number has no one form.
  if (operator !== "=" || isNumber) return undemanding(matches);
  return {
    matches,
    demands: [
      {
        key,
        values: new Set([wanted]),
        valuesOf: ({ entry }) => valuesOf(entry).map((value) => shown(value).toLowerCase()),
      },
    ],
  };
}

/**
 * A field that every entry has by its type is compared as its default where it is not set. One within a payload or
 * among labels is then missing: no comparison with it holds.
 */
function presentIn({ isDefaulted, valuesOf }: EntryField, entry: LogEntry): readonly unknown[] {
  const values = valuesOf(entry);
  return values.length === 0 && isDefaulted ? [""] : values;
}

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
    return LEVELS.get(text.toUpperCase());
  };
}

const LEVELS = new Map(SEVERITIES.flatMap((name, level) => [[name, level] as const]));

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
