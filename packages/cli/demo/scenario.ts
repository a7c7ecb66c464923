import type { SmtpRefusal } from "@background-tasks/cloud/network/smtpSink.ts";
import type { TallyRow } from "./tally.ts";

/** Whom the demo sends to. Nobody is named twice, so that a mail is known by its address. */
export interface Scenario {
  /** The addresses of the messages. */
  readonly messages: readonly string[];
  /** The addresses of the digest. */
  readonly digest: readonly string[];
}

/** Addresses that the mail server refuses for good. */
const REFUSED = [
  "customer-013@example.org",
  "customer-050@example.net",
  "customer-099@example.com",
];

/** Addresses that it refuses twice before it accepts them. */
const BUSY = [
  "customer-007@example.org",
  "customer-021@example.com",
  "customer-044@example.net",
  "customer-068@example.net",
  "customer-100@example.org",
];
const BUSY_ATTEMPTS = 2;

/** What the demo's mail server says to the n-th attempt to send to an address. */
export function answer(address: string, attempt: number): SmtpRefusal | undefined {
  if (REFUSED.includes(address)) return { code: 550, message: "No such user here" };
  if (BUSY.includes(address) && attempt <= BUSY_ATTEMPTS) {
    return { code: 451, message: "Try again later" };
  }
  return undefined;
}

/**
 * What is not as it must be, a sentence each: a mail that is missing or came twice, a count that is off.
 * `mails` are the addresses of what was delivered.
 */
export function problems(
  { messages, digest }: Scenario,
  rows: readonly TallyRow[],
  mails: readonly string[],
): string[] {
  const expected = [...messages.filter((to) => !REFUSED.includes(to)), ...digest];
  const row = (task: string): TallyRow | undefined => rows.find((one) => one.task === task);
  const email = row("send-email");
  const refused = Object.entries(email?.deadLetters ?? {});
  return [
    ...compareMails(expected, mails),
    ...compareCounts("send-email", email, {
      enqueued: messages.length + digest.length,
      done: expected.length,
      retried: BUSY.length * BUSY_ATTEMPTS,
      dropped: 0,
      waiting: 0,
    }),
    ...compareCounts("send-digest", row("send-digest"), {
      enqueued: 1,
      done: 1,
      retried: 0,
      dropped: 0,
      waiting: 0,
    }),
    ...refused
      .filter(([reason]) => !reason.startsWith("permanent-error: ") || !reason.includes("550"))
      .map(
        ([reason, count]) => `${count} tasks became dead letters for another reason: ${reason}.`,
      ),
  ];
}

function compareMails(expected: readonly string[], mails: readonly string[]): string[] {
  const counts = new Map<string, number>(expected.map((to) => [to, 0]));
  for (const to of mails) counts.set(to, (counts.get(to) ?? 0) + 1);
  return [...counts].flatMap(([to, count]) => {
    if (!expected.includes(to)) return [`Mails to '${to}': ${count}; there must be none.`];
    return count === 1 ? [] : [`Mails to '${to}': ${count}; there must be 1.`];
  });
}

type Expected = Readonly<Record<"enqueued" | "done" | "retried" | "dropped" | "waiting", number>>;

function compareCounts(task: string, row: TallyRow | undefined, expected: Expected): string[] {
  if (!row) return [`No task '${task}' was enqueued.`];
  return (Object.keys(expected) as (keyof Expected)[])
    .filter((count) => row[count] !== expected[count])
    .map((count) => `'${task}': ${count} is ${row[count]}; it must be ${expected[count]}.`);
}
