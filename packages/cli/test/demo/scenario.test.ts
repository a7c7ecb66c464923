import { readFileSync } from "node:fs";
import { answer, problems } from "../../demo/scenario.ts";
import type { TallyRow } from "../../demo/tally.ts";

const messages = readFileSync("test/fixtures/emails.jsonl", "utf8")
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { to: string }).to);
const digest = ["team@local.example", "support@local.example", "on-call@local.example"];
const refused = messages.filter((to) => answer(to, 3)?.code === 550);

const email: TallyRow = {
  queue: "email",
  task: "send-email",
  enqueued: 103,
  done: 100,
  retried: 10,
  deadLetters: { "permanent-error: 550 No such user here": 3 },
  dropped: 0,
  waiting: 0,
};
const digestRow: TallyRow = {
  ...email,
  queue: "default",
  task: "send-digest",
  enqueued: 1,
  done: 1,
  retried: 0,
  deadLetters: {},
};
const delivered = [...messages.filter((to) => !refused.includes(to)), ...digest];

describe("the demo's scenario", () => {
  it("has 100 messages, refuses three for good and five others twice", () => {
    expect(messages).toHaveLength(100);
    expect(new Set(messages).size).toBe(100);
    expect(refused).toHaveLength(3);
    expect(messages.filter((to) => answer(to, 2)?.code === 451)).toHaveLength(5);
    expect(messages.filter((to) => answer(to, 3)?.code === 451)).toHaveLength(0);
  });

  it("has no problem when every count is exact", () => {
    expect(problems({ messages, digest }, [email, digestRow], delivered)).toEqual([]);
  });

  it.each([
    {
      what: "a mail is lost",
      mails: delivered.slice(1),
      rows: [email, digestRow],
      found: ["Mails to 'customer-001@example.org': 0; there must be 1."],
    },
    {
      what: "a mail comes twice",
      mails: [...delivered, "customer-001@example.org"],
      rows: [email, digestRow],
      found: ["Mails to 'customer-001@example.org': 2; there must be 1."],
    },
    {
      what: "a mail goes to one who refused it",
      mails: [...delivered, "customer-013@example.org"],
      rows: [email, digestRow],
      found: ["Mails to 'customer-013@example.org': 1; there must be none."],
    },
    {
      what: "a task waits",
      mails: delivered,
      rows: [{ ...email, done: 99, waiting: 1 }, digestRow],
      found: [
        "'send-email': done is 99; it must be 100.",
        "'send-email': waiting is 1; it must be 0.",
      ],
    },
    {
      what: "the digest did not run",
      mails: delivered,
      rows: [email],
      found: ["No task 'send-digest' was enqueued."],
    },
    {
      what: "a dead letter has another reason",
      mails: delivered,
      rows: [{ ...email, deadLetters: { "attempts-exhausted: 451 later": 3 } }, digestRow],
      found: ["3 tasks became dead letters for another reason: attempts-exhausted: 451 later."],
    },
  ])("tells that $what", ({ rows, mails, found }) => {
    expect(problems({ messages, digest }, rows, mails)).toEqual(found);
  });
});
