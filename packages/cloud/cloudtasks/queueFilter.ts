import { camelCase, type FieldType, type MessageType } from "../api/protoJson.ts";
import {
  invalidFilter,
  joining,
  OPERATORS,
  parseFilter,
  type Filter,
  type Operator,
} from "../filter/filterSyntax.ts";
import { durationToMs } from "../api/protoTime.ts";

/**
 * The `filter` of ListQueues: any field of a queue, compared as its type is. A field that a queue does not
 * have is compared as its default.
 * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues/list
 */
export function queueFilter(text: string, queueMessage: MessageType): Filter<object> {
  const compare = (field: string, operator: Operator, value: string): Filter<object> => {
    const path = field.split(".").map(camelCase);
    const type = typeAt(path, { message: queueMessage });
    if (type === undefined) throw invalidFilter(text, `a queue has no field '${field}'`);
    if (operator === ":" && value === "*") return (queue) => valueAt(path, queue) !== undefined;
    const read = readerOf(type);
    if (read === undefined) throw invalidFilter(text, `'${field}' holds no single value`);
    const wanted = read(value);
    if (wanted === undefined) {
      throw invalidFilter(text, `'${value}' is no value of the field '${field}'`);
    }
    return (queue) => {
      const held = valueAt(path, queue);
      const shown = typeof held === "string" || typeof held === "number" ? String(held) : "";
      return COMPARE[operator](read(shown) ?? 0, wanted);
    };
  };
  return parseFilter(text, { operators: OPERATORS, compare, ...joining<object>() });
}

/** What is compared: text, or the number that orders values of the type. */
type Comparable = string | number;

const COMPARE: Readonly<Record<Operator, (held: Comparable, wanted: Comparable) => boolean>> = {
  "=": (held, wanted) => held === wanted,
  "!=": (held, wanted) => held !== wanted,
  "<": (held, wanted) => held < wanted,
  "<=": (held, wanted) => held <= wanted,
  ">": (held, wanted) => held > wanted,
  ">=": (held, wanted) => held >= wanted,
  // Text has what is part of it; a number has itself.
  ":": (held, wanted) =>
    typeof held === "string" ? held.includes(String(wanted)) : held === wanted,
};

/** Reads a value of a type; `undefined` for what is none. Nothing at all is the default. */
function readerOf(type: FieldType): ((text: string) => Comparable | undefined) | undefined {
  if (typeof type === "string") return READERS[type];
  if (!("enum" in type)) return undefined;
  return (text) => {
    if (text === "" || type.enum[Number(text)] !== undefined) return Number(text);
    const number = type.enum.indexOf(text.toUpperCase());
    return number < 0 ? undefined : number;
  };
}

const READERS: Partial<
  Readonly<Record<FieldType & string, (text: string) => Comparable | undefined>>
> = {
  // Case makes no difference to a filter.
  string: (text) => text.toLowerCase(),
  int32: numberOf,
  int64: numberOf,
  double: numberOf,
  duration: (text) =>
    text === "" ? 0 : /^-?\d+(?:\.\d+)?s$/.test(text) ? durationToMs(text) : undefined,
  timestamp: (text) => (text === "" ? 0 : Date.parse(text) || undefined),
};

function numberOf(text: string): number | undefined {
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}

function typeAt([head, ...rest]: readonly string[], type: FieldType): FieldType | undefined {
  if (head === undefined) return type;
  if (typeof type === "string" || !("message" in type)) return undefined;
  const field = Object.hasOwn(type.message, head) ? type.message[head] : undefined;
  return field && typeAt(rest, field);
}

function valueAt(path: readonly string[], message: object): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined,
    message,
  );
}
