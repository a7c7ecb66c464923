import { Command } from "commander";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { taskSchema } from "../../operate/calls/messages.ts";
import { readDeadLetter, type DeadLetter } from "../../operate/deadLetters/deadLetter.ts";
import { Groups, type GroupBy } from "../../operate/deadLetters/groups.ts";
import {
  getDeadLetter,
  readDeadLetters,
  type Reading,
} from "../../operate/deadLetters/readDeadLetters.ts";
import {
  meantWords,
  isSelective,
  makeChoice,
  payloadOf,
  selectDeadLetters,
  type Selector,
} from "../../operate/deadLetters/selector.ts";
import {
  loadFunction,
  selectorOf,
  withSelector,
} from "../../operate/deadLetters/selectorOptions.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

const HISTORY =
  '[{"time":"2026-11-20T12:00:00Z","reason":"attempts-exhausted","cause":"0a1b2c3d","attempts":8}]';
const DAY_MS = 86_400_000;

const at = (time: string) => new Date(`2026-11-25T${time}Z`);

let stack: OperatorCloud;
let ids: string[];

beforeAll(async () => {
  stack = await startOperatorCloud();
  ids = [
    await stack.die(0, { time: at("09:41:50"), error: "connect ECONNREFUSED 10.0.0.5:25" }),
    await stack.die(1, { time: at("09:02:11"), history: HISTORY }),
    await stack.die(2, {
      time: at("11:59:02"),
      reason: "permanent-error",
      cause: "mailbox-full",
      error: "550 No such user 'ada'",
      body: '{"to":"bob@example.com"}',
    }),
    await stack.die(3, {
      time: at("10:00:01"),
      task: undefined,
      queue: "default",
      body: "no JSON",
    }),
  ];
  await stack.cloud.advance("3600s");
  // What somebody else has put there.
  const queue = stack.operations.queues["dead-letter"]!;
  const task = { name: `${queue}/tasks/claim-1`, httpRequest: { url: "https://x.invalid" } };
  await stack.api("POST", `/v2/${queue}/tasks`, { task });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

describe("a dead letter", () => {
  it("is read as the worker wrote it", async () => {
    const letter = await getDeadLetter(stack.calls, ids[1]!, "FULL");

    expect(letter).toEqual({
      id: ids[1],
      name: `${stack.operations.queues["dead-letter"]}/tasks/${ids[1]}`,
      task: "send-email",
      queue: "email",
      taskId: "task-1",
      reason: "attempts-exhausted",
      cause: "9e3f01dc",
      error: "connect ECONNREFUSED 10.0.0.4:587",
      attempts: 8,
      deliveries: 9,
      time: +at("09:02:11"),
      created: +START,
      expires: +START + 31 * DAY_MS,
      idempotencyKey: "key-1",
      contentType: "application/json",
      traceparent: undefined,
      revision: "worker-00042-abc",
      cutFrom: undefined,
      history: JSON.parse(HISTORY),
      body: Buffer.from('{"to":"ada@example.com"}'),
    });
    expect(payloadOf(letter!)).toEqual({ to: "ada@example.com" });
  });

  it("has no body where that was not asked for", async () => {
    expect((await getDeadLetter(stack.calls, ids[1]!))?.body).toBeUndefined();
  });

  it("is none where there is no such task, or it is no dead letter", async () => {
    expect(await getDeadLetter(stack.calls, "0".repeat(64))).toBeUndefined();
    expect(await getDeadLetter(stack.calls, "claim-1")).toBeUndefined();
  });

  it("of an older worker has the cause that it would be given now", async () => {
    const { name: task, httpRequest } = (await stack.api(
      "GET",
      `/v2/${stack.operations.queues["dead-letter"]}/tasks/${ids[0]}?responseView=FULL`,
    )) as { name: string; httpRequest: { url: string; headers: Record<string, string> } };
    const { "Dead-Letter-Cause": cause, ...headers } = httpRequest.headers;
    const name = task.replace(ids[0]!, "f".repeat(64));
    const queue = stack.operations.queues["dead-letter"]!;
    await stack.api("POST", `/v2/${queue}/tasks`, {
      task: { name, httpRequest: { ...httpRequest, headers } },
    });

    expect((await getDeadLetter(stack.calls, "f".repeat(64)))?.cause).toBe(cause);
    await stack.calls.deleteTask(name);
  });
});

describe("reading dead letters", () => {
  function read(headers: Readonly<Record<string, string>>) {
    const times = { createTime: START.toISOString(), scheduleTime: START.toISOString() };
    const ending = { "Dead-Letter-Queue": "email", "Dead-Letter-Reason": "permanent-error" };
    const httpRequest = { headers: { ...ending, ...headers } };
    return readDeadLetter(taskSchema.parse({ name: "a", ...times, httpRequest }), 0);
  }

  it("has its key as its producer gave it, also where it was kept in the smaller form", () => {
    const headers = {
      "Idempotency-Key": "k-%C3%A9",
      "Dead-Letter-Idempotency-Key": "k-%C3%A9",
    };

    expect(read(headers)?.idempotencyKey).toBe("k-é");
    expect(read({ ...headers, "Dead-Letter-Idempotency-Key": "k" })?.idempotencyKey).toBe("k");
  });

  it.each(["abc", "-5", "1.5", "", "1e3", "9".repeat(400)])(
    "takes '%s' for no number, and its body for cut all the same",
    (text) => {
      const headers = {
        "Dead-Letter-Attempts": text,
        "Dead-Letter-Deliveries": text,
        "Dead-Letter-Cut-From": text,
      };

      expect(read(headers)).toMatchObject({ attempts: 0, deliveries: 0, cutFrom: 0 });
    },
  );

  it("tells how far it is, and what is none", async () => {
    const told: Reading[] = [];
    for await (const page of readDeadLetters(stack.calls, { onPage: (now) => told.push(now) })) {
      expect(page).toHaveLength(4);
    }

    expect(told).toEqual([
      { read: 0, total: 5, others: 0 },
      { read: 5, total: 5, others: 1 },
    ]);
  });
});

describe("a selector", () => {
  it.each<[Selector, readonly number[]]>([
    [{}, [1, 0, 3, 2]],
    [{ task: ["send-email"] }, [1, 0, 2]],
    [{ queue: ["default"] }, [3]],
    [{ reason: "permanent-error" }, [2]],
    [{ cause: ["mailbox-full"] }, [2]],
    [{ cause: ["9e3f01dc"] }, [1, 0]],
    [{ cause: ["9e3f01dc", "mailbox-full"] }, [1, 0, 2]],
    [{ cause: ["9e3f"] }, [1, 0]],
    [{ cause: ["9e3"] }, []],
    [{ cause: ["mailbox"] }, []],
    [{ task: ["(unknown)", "none"] }, [3]],
    [{ hour: ["2026-11-25T09:00:00.000Z"] }, [1, 0]],
    [{ hour: ["2026-11-25T10:00:00.000Z", "2026-11-25T11:00:00.000Z"] }, [3, 2]],
    [{ hour: ["2026-11-25T09:00:00.000Z"], since: +at("09:30:00") }, [0]],
    [{ revision: ["worker-00042-abc"] }, [1, 0, 3, 2]],
    [{ revision: ["worker-00041-xyz"] }, []],
    [{ error: /^connect .*:25$/ }, [0]],
    [{ since: +at("10:00:01") }, [3, 2]],
    [{ until: +at("10:00:01") }, [1, 0]],
    [{ id: "key-2" }, [2]],
    [{ limit: 2 }, [1, 0]],
    [{ task: ["send-email"], since: +at("09:30:00"), limit: 1 }, [0]],
    [{ expiresBy: +START + 31 * DAY_MS - 1 }, []],
    [{ expiresBy: +START + 31 * DAY_MS }, [1, 0, 3, 2]],
    [
      { where: (payload) => (payload as { to?: string } | undefined)?.to === "bob@example.com" },
      [2],
    ],
    [{ where: (payload) => payload === undefined }, [3]],
  ])("selects, the oldest first: %j", async (selector, expected) => {
    const { letters } = await selectDeadLetters(stack.calls, selector);

    expect(letters.map(({ id }) => ids.indexOf(id))).toEqual(expected);
    expect(letters.every(({ body }) => body === undefined)).toBe(true);
  });

  it("selects by the beginnings of ids", async () => {
    const { letters, matched } = await selectDeadLetters(stack.calls, {
      ids: [ids[2]!.slice(0, 8), ids[0]!],
    });

    expect(letters.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    expect(matched).toBe(2);
  });

  /** Those that a selector means, where they are read in this order. */
  function chosen(selector: Selector, letters: readonly DeadLetter[]): DeadLetter[] {
    const choice = makeChoice(selector);
    const sure = letters.filter((letter) => choice.of(letter) === true);
    // A second time nothing else comes of it.
    const kept = letters.filter((letter) => choice.of(letter) === undefined);
    return [...sure, ...choice.settle(kept)];
  }

  it("refuses a beginning of several ids or causes, beyond its limit too, and takes a whole one", () => {
    const letter = { id: "7f3a".padEnd(64, "0"), taskId: "a", cause: "9e3f01dc" } as DeadLetter;
    const other = { ...letter, id: "7f3a".padEnd(64, "1"), cause: "9e3fffff" };
    const both = (selector: Selector) => chosen(selector, [letter, other]);

    expect(() => both({ ids: ["7f3a"] })).toThrow(
      `'7f3a' is the beginning of more than one dead letter's id: ${letter.id}, ${other.id}. Give more of it.`,
    );
    expect(() => both({ cause: ["9e3f"], limit: 1 })).toThrow(
      "'9e3f' is the beginning of more than one cause: 9e3f01dc, 9e3fffff. Give more of it. Nothing was done.",
    );
    expect(both({ ids: [letter.id], cause: ["9e3f"] })).toEqual([letter]);
    expect(both({ ids: ["a"] })).toEqual([letter, other]);
    expect(meantWords({ ids: ["a"], cause: ["9e3f", "9e3fffff"] }, [letter, other])).toEqual([
      "Cause 9e3f is 9e3f01dc.",
    ]);
  });

  it("says which ids and causes mean none of what was selected", () => {
    const letter = { id: "7f3a".padEnd(64, "0"), taskId: "a", cause: "9e3f01dc" } as DeadLetter;
    const selector = { ids: ["7f3a", "ffff", "eeee"], cause: ["9e3f01dc", "beef"] };

    expect(meantWords(selector, [letter])).toEqual([
      "None of them died of 'beef'.",
      "None of them is called 'ffff'.",
      "None of them is called 'eeee'.",
    ]);
  });

  it("means what is called so as a whole before what only begins so, whichever is read first", () => {
    const named = { id: "a1".padEnd(64, "0"), taskId: "beef", cause: "dead" } as DeadLetter;
    const begun = { id: "a2".padEnd(64, "0"), taskId: "beef01", cause: "deadbeef" } as DeadLetter;
    const alike = { ...begun, id: "a3".padEnd(64, "0"), taskId: "beef02", cause: "dead0123" };

    for (const selector of [{ cause: ["dead"] }, { ids: ["beef"] }]) {
      expect(chosen(selector, [named, begun, alike])).toEqual([named]);
      expect(chosen(selector, [begun, alike, named])).toEqual([named]);
      expect(chosen(selector, [begun])).toEqual([begun]);
      expect(() => chosen(selector, [begun, alike])).toThrow(/ is the beginning of more than one /);
    }
    expect(chosen({ cause: ["dead", "deadb"] }, [begun, alike, named])).toEqual([named, begun]);
    // It is not meant for its task: what begins so is.
    expect(chosen({ cause: ["dead"], ids: [begun.id] }, [named, begun])).toEqual([begun]);
    expect(meantWords({ cause: ["dead", "deadb"] }, [named, begun])).toEqual([
      "Cause deadb is deadbeef.",
    ]);
  });

  it("takes nothing for a beginning where all is given whole", () => {
    const begun = { id: "a2".padEnd(64, "0"), taskId: "beef01", cause: "deadbeef" } as DeadLetter;

    for (const selector of [{ cause: ["dead"] }, { ids: ["beef"] }, { ids: ["a2"] }]) {
      expect(chosen(selector, [begun])).toEqual([begun]);
      expect(chosen({ ...selector, isWhole: true }, [begun])).toEqual([]);
    }
    for (const selector of [{ cause: ["deadbeef"] }, { ids: ["beef01"] }, { ids: [begun.id] }]) {
      expect(chosen({ ...selector, isWhole: true }, [begun])).toEqual([begun]);
    }
  });

  it("finds what a handler calls by a few hexadecimal letters", async () => {
    await using other = await startOperatorCloud();
    const first = await other.die(0, { cause: "face0123" });
    expect((await selectDeadLetters(other.calls, { cause: ["face"] })).letters).toMatchObject([
      { id: first },
    ]);

    const second = await other.die(1, { cause: "face" });
    const third = await other.die(2, { cause: "face4567" });
    const { letters, matched } = await selectDeadLetters(other.calls, { cause: ["face"] });

    expect(letters).toMatchObject([{ id: second, body: undefined }]);
    expect(matched).toBe(1);
    await expect(
      selectDeadLetters(other.calls, { cause: ["fac", "face4"] }),
    ).resolves.toMatchObject({
      letters: [{ id: third }],
    });
  });

  it("counts those beyond its limit too", async () => {
    expect(await selectDeadLetters(stack.calls, { limit: 1 })).toMatchObject({
      matched: 4,
      reading: { read: 5, others: 1 },
    });
  });

  it("reads bodies only where its file asks for them", async () => {
    const before = stack.made.length;
    await selectDeadLetters(stack.calls, { task: ["send-email"] });
    await selectDeadLetters(stack.calls, { where: () => true });

    expect(
      stack.made.slice(before).flatMap((call) => /responseView=\w+/.exec(call)?.[0] ?? []),
    ).toEqual(["responseView=BASIC", "responseView=FULL"]);
  });

  it.each<[Selector, boolean]>([
    [{}, false],
    [{ limit: 10, isWhole: true }, false],
    [{ task: ["send-email"] }, true],
    [{ ids: ["0a1b"] }, true],
  ])("says whether it selects anything less than all: %j", (selector, is) => {
    expect(isSelective(selector)).toBe(is);
  });
});

describe("the options of a selector", () => {
  async function read(argv: readonly string[], ids: readonly string[] = []): Promise<Selector> {
    const command = withSelector(new Command())
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    command.parse([...argv], { from: "user" });
    return selectorOf(command, ids);
  }

  it("are read as what they mean", async () => {
    const argv =
      "--task t --queue q --reason permanent-error --cause c --revision r --error ^E\\d+ --since 2026-11-25 " +
      "--until 2026-11-25T09:00:00+01:00 --id k --limit 3";

    expect(await read(argv.split(" "), ["0a1b"])).toEqual({
      ...{ ids: ["0a1b"], task: ["t"], queue: ["q"], reason: "permanent-error", cause: ["c"] },
      revision: ["r"],
      ...{ error: /^E\d+/, since: Date.UTC(2026, 10, 25), until: Date.UTC(2026, 10, 25, 8) },
      ...{ id: "k", limit: 3 },
    });
    expect(await read([])).toEqual({});
  });

  it("that name groups are given again for another group", async () => {
    const argv =
      "--cause a --task t --cause b --hour 2026-11-25T09 --hour 2026-11-25T10:00:00.000Z";

    expect(await read(argv.split(" "))).toEqual({
      cause: ["a", "b"],
      task: ["t"],
      hour: ["2026-11-25T09:00:00.000Z", "2026-11-25T10:00:00.000Z"],
    });
  });

  it.each([
    [
      ["--reason", "whim"],
      "Allowed choices are attempts-exhausted, permanent-error, deliveries-exhausted.",
    ],
    [["--error", "("], "Invalid regular expression: /(/: Unterminated group."],
    [
      ["--since", "yesterday"],
      "A time is such as '2026-11-25', '2026-11-25T09:00:00Z', or how long ago: '2h', '7d'.",
    ],
    [["--limit", "0"], "A count is a number from 1."],
    [["--hour", "2026-02-30T09"], "An hour is one of UTC, such as '2026-11-25T09'."],
    [["--hour", "2026-11-25T24"], "An hour is one of UTC, such as '2026-11-25T09'."],
    [["--hour", "2026-11-25T09:30:00Z"], "An hour is one of UTC, such as '2026-11-25T09'."],
  ])("are refused with what is allowed: %j", async (argv, message) => {
    await expect(read(argv)).rejects.toThrow(message);
  });

  it("refuse what cannot be an id", async () => {
    await expect(read([], ["welcome/42"])).rejects.toThrow(
      "'welcome/42' is no dead letter's id: 4 to 64 hexadecimal digits.",
    );
  });

  it("load the file that is asked of each", async () => {
    const folder = mkdtempSync(join(tmpdir(), "where-"));
    try {
      writeFileSync(
        join(folder, "good.cjs"),
        "exports.__esModule = true; exports.default = ({ to }) => to === 'x';",
      );
      writeFileSync(join(folder, "none.cjs"), "");
      const { where } = await read(["--where", join(folder, "good.cjs")]);

      expect(where?.({ to: "x" }, {} as never)).toBe(true);
      await expect(read(["--where", join(folder, "none.cjs")])).rejects.toThrow(
        "has no function as its default export: 'export default (payload, letter) => boolean'.",
      );
      await expect(read(["--where", join(folder, "missing.ts")])).rejects.toThrow(
        "cannot be loaded",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a function of the user's own", () => {
  const letter = { id: "0a".repeat(32) } as never;

  it.each([
    [
      "() => { throw new TypeError('to is undefined') }",
      "threw 'TypeError: to is undefined'. Nothing was done.",
    ],
    ["async () => false", "returns a promise: its function must not be 'async'. Nothing was done."],
    [
      "async () => { throw new Error('late') }",
      "returns a promise: its function must not be 'async'. Nothing was done.",
    ],
  ])("ends the command where it cannot be asked: %s", async (code, message) => {
    const folder = mkdtempSync(join(tmpdir(), "where-"));
    try {
      const file = join(folder, "own.cjs");
      writeFileSync(file, `exports.__esModule = true; exports.default = ${code};`);
      const own = await loadFunction(file, "(payload, letter) => boolean");

      expect(() => own({}, letter)).toThrow(
        `'${file}', asked of dead letter '0a0a0a0a0a0a', ${message}`,
      );
      expect(() => own({}, letter)).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("groups", () => {
  async function groups(by: GroupBy) {
    const groups = new Groups(by);
    for await (const page of readDeadLetters(stack.calls)) groups.add(page);
    return groups.all;
  }

  it("put together what has one cause, the most first", async () => {
    expect(await groups("cause")).toEqual([
      {
        key: "9e3f01dc",
        tasks: ["send-email"],
        queues: ["email"],
        error: "connect ECONNREFUSED <ip>:<n>",
        newestError: "connect ECONNREFUSED 10.0.0.5:25",
        count: 2,
        first: +at("09:02:11"),
        last: +at("09:41:50"),
        expires: +START + 31 * DAY_MS,
      },
      expect.objectContaining({ count: 1, tasks: ["(unknown)"], queues: ["default"] }),
      expect.objectContaining({
        key: "mailbox-full",
        error: "550 No such user '<text>'",
        newestError: "550 No such user 'ada'",
        count: 1,
      }),
    ]);
  });

  it.each<[GroupBy, readonly (readonly [string, number])[]]>([
    [
      "task",
      [
        ["send-email", 3],
        ["(unknown)", 1],
      ],
    ],
    [
      "queue",
      [
        ["email", 3],
        ["default", 1],
      ],
    ],
    [
      "hour",
      [
        ["2026-11-25T09:00:00.000Z", 2],
        ["2026-11-25T10:00:00.000Z", 1],
        ["2026-11-25T11:00:00.000Z", 1],
      ],
    ],
    ["revision", [["worker-00042-abc", 4]]],
  ])("put together by %s", async (by, expected) => {
    expect((await groups(by)).map(({ key, count }) => [key, count])).toEqual(expected);
  });
});
