import { isUtf8 } from "node:buffer";
import { buffer as readAll } from "node:stream/consumers";
import { CommandError, EXIT } from "../command/exitCodes.ts";
import { countOf } from "../command/words.ts";
import { openGivenFile } from "../operate/givenFile.ts";

/** A payload, and where it was read, such as `Line 3`, where there are several. */
export interface GivenPayload {
  readonly value: unknown;
  readonly place?: string;
}

/** Problems that are told. */
const MOST = 20;

/** The payload that a command line gives; `-` is what standard input has. Throws a usage error where it is no JSON. */
export async function readPayload(payload: string): Promise<GivenPayload[]> {
  const place = payload === "-" ? "Standard input" : "The payload";
  const json = payload === "-" ? decode(await readAll(process.stdin), place) : payload;
  const parsed = parse(json);
  if (!("reason" in parsed)) return [parsed];
  // A shell takes quotes away that stand in no others.
  const quotes =
    json.includes("{") && !json.includes('"')
      ? " (its quotes are gone: put it in single quotes)"
      : "";
  throw new CommandError(
    EXIT.usage,
    `${place} is not JSON: column ${parsed.column}: ${parsed.reason}. It reads: ${json.slice(0, 200)}${quotes}`,
  );
}

/**
 * The payloads of a file, one in each line that is not empty; `example` is such a line, and `check` throws for one that
 * the task does not take. Throws a usage error that says what is wrong with which lines: all of it, up to twenty.
 */
export async function readPayloadFile(
  file: string,
  example: string,
  check: (payload: unknown) => void,
): Promise<GivenPayload[]> {
  await using handle = await openGivenFile(file);
  // Some editors begin a file with the mark of its encoding.
  const text = decode(await handle.readFile(), `File '${file}'`).replace(/^\uFEFF/, "");
  const payloads: GivenPayload[] = [];
  const problems: string[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const parsed = parse(line);
    if ("reason" in parsed) {
      problems.push(`line ${i + 1}, column ${parsed.column}: ${parsed.reason}`);
    } else payloads.push({ ...parsed, place: `Line ${i + 1}` });
  }
  const isRead = problems.length === 0 && payloads.length > 0;
  const refused = isRead ? payloads.flatMap((payload) => refusalOf(payload, check)) : [];
  if (isRead && refused.length === 0) return payloads;
  throw new CommandError(
    EXIT.usage,
    [
      ...(isRead
        ? [`'${file}' has lines that the task does not take:`, ...first(refused)]
        : whatIsWrong(file, text, problems)),
      "Each line is one payload, as JSON, such as:",
      `  ${example}`,
      "Nothing was enqueued.",
    ].join("\n"),
  );
}

function whatIsWrong(file: string, text: string, problems: readonly string[]): string[] {
  if (problems.length === 0) return [`'${file}' has no payload.`];
  const whole = parse(text);
  if ("value" in whole) {
    const filter = Array.isArray(whole.value) ? ".[]" : ".";
    return [
      `'${file}' is one JSON text over several lines. 'jq -c ${filter} <file>' makes a line of each payload.`,
    ];
  }
  return [`'${file}' has lines that are not JSON:`, ...first(problems)];
}

function first(problems: readonly string[]): string[] {
  const more = problems.length - MOST;
  return [
    ...problems.slice(0, MOST).map((problem) => `  ${problem}`),
    ...(more > 0 ? [`  and ${countOf(more, "more", "more")}`] : []),
  ];
}

function refusalOf(
  { value, place = "" }: GivenPayload,
  check: (payload: unknown) => void,
): string[] {
  try {
    check(value);
    return [];
  } catch (error) {
    return [`${place}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** What is no UTF-8 would become other text on its way: it is refused. */
function decode(bytes: Buffer, place: string): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw new CommandError(
    EXIT.usage,
    `${place} is not UTF-8. Save it as UTF-8: 'iconv -f LATIN1 -t UTF-8' converts it.`,
  );
}

interface Broken {
  /** Where, from 1. */
  readonly column: number;
  readonly reason: string;
}

function parse(json: string): { readonly value: unknown } | Broken {
  try {
    return { value: JSON.parse(json) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Where it is, is told of most that may be wrong, and told here.
    const reason = message.replace(/(?: in JSON)? at position .*$/, "");
    return { column: columnOf(json, message), reason };
  }
}

function columnOf(json: string, message: string): number {
  const [, told] = / at position (\d+)/.exec(message) ?? [];
  if (told !== undefined) return Number(told) + 1;
  if (!isUnexpected(message)) return json.length + 1;
  // The shortest beginning that fails so ends there.
  let [before, at] = [0, json.length];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (isUnexpected(reasonOf(json.slice(0, middle)))) at = middle;
    else before = middle;
  }
  return at;
}

function isUnexpected(message: string): boolean {
  return message.startsWith("Unexpected token");
}

function reasonOf(json: string): string {
  try {
    JSON.parse(json);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
