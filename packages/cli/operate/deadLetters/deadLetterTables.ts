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

/** Dead letters for a person, those first that come first. Times are of UTC. */
export function deadLetterTable(letters: readonly DeadLetter[], width: number): string {
  const head = [
    "Id",
    "Task",
    "Queue",
    "Cause",
    "Error",
    "Attempts",
    "Time (UTC)",
    "Idempotency-Key",
  ];
  const rows = letters
    .slice(0, MOST_ROWS)
    .map(({ id, task, queue, cause, error, attempts, time, idempotencyKey }) => [
      shortId(id),
      ...[task ?? UNKNOWN_TASK, queue, cause, firstLine(error), countWords(attempts)],
      ...[timeWords(time), idempotencyKey],
    ]);
  const more = letters.length - rows.length;
  const rest = more > 0 ? `\nand ${countOf(more, "more", "more")}, which '--json' prints` : "";
  return table(head, rows, { width, numbers: ["Attempts"], whole: ["Id", "Cause"] }) + rest;
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
