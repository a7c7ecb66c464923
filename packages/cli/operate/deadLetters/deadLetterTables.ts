import { table } from "../../command/table.ts";
import {
  countOf,
  countWords,
  dayWords,
  shortId,
  timeWords,
  whenWords,
} from "../../command/words.ts";
import type { DeadLetter } from "./deadLetter.ts";
import { firstLine, UNKNOWN_TASK, type Group, type GroupBy } from "./groups.ts";
import type { Reading } from "./readDeadLetters.ts";

/** Groups for a person. Times are of UTC. */
export function groupTable(by: GroupBy, groups: readonly Group[], width: number): string {
  const columns = COLUMNS.filter(({ not }) => not !== by);
  const rows = groups.map((group) => [
    by === "hour" ? timeWords(group.first).slice(0, 13) : group.key,
    ...columns.map(({ cell }) => cell(group)),
  ]);
  return table([KEYS[by], ...columns.map(({ title }) => title)], rows, {
    width,
    numbers: ["Count"],
    whole: [KEYS[by]],
  });
}

const KEYS: Readonly<Record<GroupBy, string>> = {
  cause: "Cause",
  task: "Task",
  queue: "Queue",
  hour: "Hour (UTC)",
  revision: "Revision",
};

interface Column {
  readonly title: string;
  readonly cell: (group: Group) => string;
  /** Left out where dead letters are put together by it. */
  readonly not?: GroupBy;
}

const COLUMNS: readonly Column[] = [
  { title: "Task", cell: ({ tasks }) => tasks.join(", "), not: "task" },
  { title: "Queue", cell: ({ queues }) => queues.join(", "), not: "queue" },
  { title: "Error (of the newest)", cell: ({ newestError }) => newestError },
  { title: "Count", cell: ({ count }) => countWords(count) },
  { title: "First (UTC)", cell: ({ first }) => timeWords(first) },
  { title: "Last (UTC)", cell: ({ last }) => timeWords(last) },
];

/** Rows of a table that a person is shown. */
const MOST_ROWS = 1000;

/**
 * Dead letters for a person, those first that come first, one line each: where the width is small, columns are left out
 * and errors cut, which `--json` has whole. Times are of UTC; the year that all have stands in the head.
 */
export function deadLetterTable(letters: readonly DeadLetter[], width: number): string {
  const shown = letters.slice(0, MOST_ROWS);
  const length = idLength(shown);
  const [year, ...otherYears] = new Set(shown.map(({ time }) => timeWords(time).slice(0, YEAR)));
  const oneYear = otherYears.length === 0 ? year : undefined;
  const lines = shown.map((letter) => cellsOf(letter, length, oneYear !== undefined));
  const columns = fitting(lines, width);
  const space = width - widthOf(columns, lines);
  const rows = lines.map((cells) =>
    columns.map((title) => (title === "Error" ? cut(cells.Error, space) : cells[title])),
  );
  const more = letters.length - shown.length;
  const rest = more > 0 ? `\nand ${countOf(more, "more", "more")}, which '--json' prints` : "";
  const heads = columns.map((title) =>
    title === "Time (UTC)" && oneYear !== undefined ? `In ${oneYear} (UTC)` : title,
  );
  return table(heads, rows, { numbers: ["Attempts"] }) + rest;
}

/** Characters of a year. */
const YEAR = 4;

const EACH = [
  ...(["Id", "Task", "Queue", "Cause", "Error", "Attempts"] as const),
  ...(["Time (UTC)", "Idempotency-Key"] as const),
];

/** Those that are left out where there is no room, the first first. */
const SPARE: readonly Title[] = ["Attempts", "Queue", "Idempotency-Key"];

/** Characters of an error that are worth others' columns, and of a name that somebody gave. */
const LEAST_ERROR = 24;
const MOST_NAME = 24;

type Title = (typeof EACH)[number];
type Cells = Readonly<Record<Title, string>>;

function cellsOf(letter: DeadLetter, length: number, isOfOneYear: boolean): Cells {
  return {
    Id: letter.id.slice(0, length),
    Task: cut(letter.task ?? UNKNOWN_TASK, MOST_NAME),
    Queue: cut(letter.queue, MOST_NAME),
    Cause: letter.cause,
    Error: firstLine(letter.error),
    Attempts: countWords(letter.attempts),
    "Time (UTC)": timeWords(letter.time).slice(isOfOneYear ? YEAR + 1 : 0),
    "Idempotency-Key": cut(shortId(letter.idempotencyKey), MOST_NAME),
  };
}

/** As many characters of ids as tell each from the others, and eight at least. */
function idLength(letters: readonly DeadLetter[]): number {
  let length = 8;
  while (
    length < 64 &&
    new Set(letters.map(({ id }) => id.slice(0, length))).size < letters.length
  ) {
    length += 1;
  }
  return length;
}

/** The columns for which there is room. */
function fitting(lines: readonly Cells[], width: number): Title[] {
  let columns = EACH;
  for (const spare of SPARE) {
    if (width - widthOf(columns, lines) >= LEAST_ERROR) break;
    columns = columns.filter((title) => title !== spare);
  }
  return columns;
}

/** What a table of these columns takes without the text of its errors. */
function widthOf(columns: readonly Title[], lines: readonly Cells[]): number {
  const widths = columns.map((title) =>
    title === "Error" ? 0 : Math.max(title.length, ...lines.map((cells) => cells[title].length)),
  );
  return widths.reduce((sum, one) => sum + one + 3, 1);
}

function cut(text: string, length: number): string {
  const most = Math.max(length, "Error".length);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** What was found, in a sentence or two: how much, how soon it goes, and what was read for it. */
export function foundSentence(
  count: number,
  groups: { readonly by: GroupBy; readonly count: number } | undefined,
  expires: number,
  { read, others }: Reading,
  now: number,
): string {
  const what = countOf(count, "dead letter");
  const inGroups = groups ? ` in ${countOf(groups.count, groups.by)}` : "";
  const strangers =
    others === 0
      ? ""
      : ` ${countOf(others, "of these is", "of these are")} no dead letter${others === 1 ? "" : "s"}.`;
  return (
    `${what}${inGroups}; the first of them is kept until ${dayWords(expires)} (${whenWords(expires, now)}). ` +
    `Read ${countOf(read, "task")}.${strangers}`
  );
}
