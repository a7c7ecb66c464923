import { GoogleError } from "./googleError.ts";

/** What is asked for of a value: all of it, or some of what is below it, by name; `*` is every name. */
export interface Selection {
  isWhole: boolean;
  readonly below: Map<string, Selection>;
}

/** No answer is as deep. */
const MAX_DEPTH = 32;

/**
 * Reads the `fields` parameter: `queues(name,rateLimits/maxBurstSize),nextPageToken`. `undefined` without one: the whole
 * answer is asked for. Throws INVALID_ARGUMENT for what is no selection, or deeper than 32 names.
 * https://cloud.google.com/apis/docs/system-parameters
 */
export function parseFields(fields: string | null): Selection | undefined {
  if (fields === null || fields.trim() === "") return undefined;
  const tokens = fields.match(/[(),/.]|[^(),/.]+/g) ?? [];
  let next = 0;
  const take = (...expected: readonly string[]): boolean => {
    const isThere = expected.includes(tokens[next] ?? "");
    if (isThere) next += 1;
    return isThere;
  };
  const readName = (): string => {
    const name = tokens[next]?.trim() ?? "";
    if (!/^(?:[\w-]+|\*)$/.test(name)) throw invalid(tokens, next);
    next += 1;
    return name;
  };
  const readList = (into: Selection, outerDepth: number): void => {
    do {
      let place = into;
      let depth = outerDepth;
      do {
        depth += 1;
        if (depth > MAX_DEPTH) throw invalid(tokens, next);
        place = below(place, readName());
      } while (take("/", "."));
      if (!take("(")) {
        place.isWhole = true;
        continue;
      }
      readList(place, depth);
      if (!take(")")) throw invalid(tokens, next);
    } while (take(","));
  };
  const selection: Selection = { isWhole: false, below: new Map() };
  readList(selection, 0);
  if (next < tokens.length) throw invalid(tokens, next);
  return selection;
}

/** The part of an answer that the `fields` parameter asks for. Throws INVALID_ARGUMENT like `parseFields`. */
export function partialResponse(answer: object, fields: string | null): object {
  return select(answer, parseFields(fields));
}

/** The part of an answer that is asked for. */
export function select(answer: object, selection: Selection | undefined): object {
  if (!selection) return answer;
  if (Array.isArray(answer)) return answer.map((item: unknown) => partOf(item, selection));
  return Object.fromEntries(
    Object.entries(answer).flatMap(([name, one]: [string, unknown]) => {
      const wanted = selection.below.get(name) ?? selection.below.get("*");
      return wanted ? [[name, wanted.isWhole ? one : partOf(one, wanted)]] : [];
    }),
  );
}

function partOf(value: unknown, selection: Selection): unknown {
  return typeof value === "object" && value !== null ? select(value, selection) : value;
}

function below(place: Selection, name: string): Selection {
  const known = place.below.get(name);
  if (known) return known;
  const added: Selection = { isWhole: false, below: new Map() };
  place.below.set(name, added);
  return added;
}

/** In the words of Google's guides, with what follows from where it is wrong. */
function invalid(tokens: readonly string[], at: number): GoogleError {
  const rest = tokens.slice(at).join("").slice(0, MAX_SHOWN);
  return new GoogleError(
    "INVALID_ARGUMENT",
    `Invalid field selection ${rest || "(it ends early)"}`,
  );
}

const MAX_SHOWN = 40;
