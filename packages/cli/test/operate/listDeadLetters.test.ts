import { readFileSync } from "node:fs";
import { listDeadLetters, type ListOptions } from "../../operate/deadLetters/command.ts";
import type { DeadLetter } from "../../operate/deadLetters/deadLetter.ts";
import { deadLetterTable } from "../../operate/deadLetters/deadLetterTables.ts";
import { deadLetterLineSchema, groupLineSchema } from "../../operate/deadLetters/deadLetterLine.ts";
import type { Selector } from "../../operate/deadLetters/selector.ts";
import { operatingAt } from "../support/operating.ts";
import { GROUP_BY } from "../../operate/deadLetters/groups.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

const at = (time: string) => new Date(`2026-11-25T${time}Z`);

let stack: OperatorCloud;
let ids: string[];

beforeAll(async () => {
  stack = await startOperatorCloud();
  ids = [
    await stack.die(0, { time: at("09:41:50"), error: "connect ECONNREFUSED 10.0.0.5:25" }),
    await stack.die(1, { time: at("09:02:11"), body: "secret" }),
    await stack.die(2, {
      time: at("11:59:02"),
      reason: "permanent-error",
      cause: "mailbox-full",
      error: "550 No such user 'ada'",
    }),
  ];
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** What the command says, and its exit code. */
async function list(options: Partial<ListOptions> = {}, selector: Selector = {}, now = START) {
  const operating = operatingAt(now, stack.calls, { flags: " --stack dev" });
  const defaults = { by: "cause", each: false, quiet: false, json: false } as const;
  const code = await listDeadLetters(operating, selector, { ...defaults, ...options });
  const { printed, noted, progress } = operating;
  return { code, printed, noted, progress };
}

describe("dead-letters", () => {
  it("prints them by cause, and how to see one", async () => {
    expect(await list()).toEqual({
      code: 0,
      printed: [
        "3 dead letters in 2 causes; the first of them is kept until 2026-12-26 (in 31 d). Read 3 tasks.",
        "┌──────────────┬────────────┬───────┬──────────────────────────────┬───────┬─────────────────────┬─────────────────────┐",
        "│ Cause        │ Task       │ Queue │ Error (of the newest)        │ Count │ First (UTC)         │ Last (UTC)          │",
        "├──────────────┼────────────┼───────┼──────────────────────────────┼───────┼─────────────────────┼─────────────────────┤",
        "│ 9e3f01dc     │ send-email │ email │ connect ECONNREFUSED         │     2 │ 2026-11-25 09:02:11 │ 2026-11-25 09:41:50 │",
        "│              │            │       │ 10.0.0.5:25                  │       │                     │                     │",
        "├──────────────┼────────────┼───────┼──────────────────────────────┼───────┼─────────────────────┼─────────────────────┤",
        "│ mailbox-full │ send-email │ email │ 550 No such user 'ada'       │     1 │ 2026-11-25 11:59:02 │ 2026-11-25 11:59:02 │",
        "└──────────────┴────────────┴───────┴──────────────────────────────┴───────┴─────────────────────┴─────────────────────┘",
        "Each of one cause:  npm run tasks -- dead-letters --cause 9e3f01dc --each --stack dev",
      ],
      noted: [],
      progress: ["read 0 of 3 tasks", "read 3 of 3 tasks"],
    });
  });

  it("prints each, the oldest first", async () => {
    const { code, printed } = await list({ each: true }, { cause: ["9e3f01dc"] });

    expect(code).toBe(0);
    expect(printed[0]).toBe(
      "2 dead letters; the first of them is kept until 2026-12-26 (in 31 d). Read 3 tasks.",
    );
    const rows = printed.filter((line) => line.includes("send-email"));
    expect(rows.map((row) => row.split("│").map((cell) => cell.trim())[1])).toEqual([
      ids[1]!.slice(0, 8),
      ids[0]!.slice(0, 8),
    ]);
  });

  describe("each in a table", () => {
    const letter = {
      ...{ id: "5d20c0de".padEnd(64, "0"), task: "send-email", queue: "email", cause: "7f3a91c2" },
      error: "connect ECONNREFUSED 10.0.0.4:587 while the mail of a customer was being sent to him",
      ...{ attempts: 8, time: +START, idempotencyKey: "0123456789abcdef0123456789abcdef" },
    } as DeadLetter;

    it.each<[number, string, string]>([
      [
        120,
        "│ Id       │ Task       │ Queue │ Cause    │ Error                       │ Attempts │ In 2026 (UTC)  │ Idempotency-Key │",
        "│ 5d20c0de │ send-email │ email │ 7f3a91c2 │ connect ECONNREFUSED 10.0.… │        8 │ 11-25 12:00:00 │ 0123456789ab    │",
      ],
      [
        80,
        "│ Id       │ Task       │ Cause    │ Error                    │ In 2026 (UTC)  │",
        "│ 5d20c0de │ send-email │ 7f3a91c2 │ connect ECONNREFUSED 10… │ 11-25 12:00:00 │",
      ],
    ])("takes one line on a terminal of %d characters", (width, head, row) => {
      const lines = deadLetterTable([letter], width).split("\n");

      expect(lines[1]).toBe(head);
      expect(lines.slice(3, -1)).toEqual([row]);
      expect(lines.every((line) => line.length <= width)).toBe(true);
    });

    it("tells times with their years where they have several", () => {
      const other = {
        ...letter,
        id: "6e".padEnd(64, "0"),
        time: +new Date("2025-12-31T23:59:59Z"),
      };

      const lines = deadLetterTable([other, letter], 80).split("\n");
      expect(lines[1]).toMatch(/ Time \(UTC\) +│$/);
      expect(lines.slice(3, -1).flatMap((line) => /│ [-:\d ]+ │$/.exec(line) ?? [])).toEqual([
        "│ 2025-12-31 23:59:59 │",
        "│ 2026-11-25 12:00:00 │",
      ]);
      expect(lines.every((line) => line.length <= 80)).toBe(true);
    });

    it("tells ids by as much as tells them apart", () => {
      const other = { ...letter, id: "5d20c0de01".padEnd(64, "0") };

      const rows = deadLetterTable([letter, other], 80).match(/│ 5d20c0de\w*/g);
      expect(rows).toEqual(["│ 5d20c0de00", "│ 5d20c0de01"]);
    });
  });

  it("prints JSON, one object a line, without payloads", async () => {
    const { printed } = await list({ each: true, json: true });

    const lines = printed.map((line) => deadLetterLineSchema.parse(JSON.parse(line)));
    expect(lines.map(({ id }) => id)).toEqual([ids[1], ids[0], ids[2]]);
    expect(lines[0]).toEqual({
      kind: "dead-letter",
      id: ids[1],
      task: "send-email",
      queue: "email",
      reason: "attempts-exhausted",
      cause: "9e3f01dc",
      error: "connect ECONNREFUSED 10.0.0.4:587",
      attempts: 8,
      deliveries: 9,
      time: "2026-11-25T09:02:11.000Z",
      expires: "2026-12-26T12:00:00.000Z",
      idempotencyKey: "key-1",
      revision: "worker-00042-abc",
      redrives: 0,
    });
  });

  it.each(GROUP_BY)("prints JSON by %s", async (by) => {
    const { printed } = await list({ by, json: true });

    const lines = printed.map((line) => groupLineSchema.parse(JSON.parse(line)));
    expect(lines.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(lines.map((line) => line.by)).toEqual(lines.map(() => by));
  });

  it("says how to see those of an hour", async () => {
    const { printed } = await list({ by: "hour" });

    expect(printed.at(-1)).toBe(
      "Each of one hour:  npm run tasks -- dead-letters --hour 2026-11-25T09 --each --stack dev",
    );
  });

  it("puts the oldest so many together where it has a limit", async () => {
    const { printed } = await list({ json: true }, { limit: 1 });

    expect(printed.map((line) => groupLineSchema.parse(JSON.parse(line)).count)).toEqual([1]);
  });

  const goes = new Date(+START + 31 * 86_400_000);
  const within = (days: number) => new Date(+goes - days * 86_400_000 + 1000);

  it.each<[string, Partial<ListOptions>, Selector, Date, number, number]>([
    ["none match", {}, { task: ["none"] }, START, 4, 1],
    ["none match, as JSON", { json: true }, { task: ["none"] }, START, 4, 0],
    ["there are some, quietly", { quiet: true }, {}, START, 1, 0],
    ["there are none, quietly", { quiet: true }, { task: ["none"] }, START, 0, 0],
    ["none goes soon", { expiring: 7 * 86_400_000 }, {}, START, 0, 1],
    ["some go soon, quietly", { expiring: 7 * 86_400_000, quiet: true }, {}, within(7), 1, 0],
  ])("ends with its code where %s", async (_, options, selector, now, code, lines) => {
    const found = await list(options, selector, now);

    expect(found.code).toBe(code);
    expect(found.printed).toHaveLength(lines);
  });

  it("says what a long list costs before it is read", async () => {
    const operating = operatingAt(START, {
      ...stack.calls,
      getQueue: async (queue) => {
        const found = await stack.calls.getQueue(queue);
        return { ...found, stats: { ...found.stats!, tasksCount: 100_000 } };
      },
    });
    await listDeadLetters(operating, {}, { by: "cause", each: false, quiet: false, json: true });

    expect(operating.noted).toEqual(["Listing 100,000 tasks is as many operations, $0.04."]);
  });

  it("asks for no payload", () => {
    expect(stack.made.filter((call) => call.includes("FULL"))).toEqual([]);
  });

  it("is told in docs/dead-letters.md, field by field", () => {
    const [, section = ""] = readFileSync("docs/dead-letters.md", "utf8").split(
      "`--json` prints one object a line:",
    );
    const [rows = ""] = section.trim().split("\n\n");
    const told = rows
      .split("\n")
      .slice(2)
      .flatMap((row) => row.split("|")[1]!.match(/\w+/g)!);

    expect(told).toEqual(Object.keys(deadLetterLineSchema.shape));
  });
});
