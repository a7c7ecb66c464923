import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { taskSchema, type Task } from "../../operate/calls/messages.ts";
import { deadLetterLineSchema } from "../../operate/deadLetters/deadLetterLine.ts";
import { discardLetters, type DiscardOptions } from "../../operate/deadLetters/discardCommand.ts";
import { exportLetters } from "../../operate/deadLetters/exportCommand.ts";
import { letterHeadSchema, type LetterHead } from "../../operate/deadLetters/letterFile.ts";
import { claimTask } from "../../operate/redrive/claim.ts";
import type { Known } from "../../operate/redrive/journal.ts";
import type { Selector } from "../../operate/deadLetters/selector.ts";
import { operatingAt } from "../support/operating.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

let stack: OperatorCloud;
let folder: string;
let ids: string[];
/** What the journals tell of any letter. */
let known: Known;
beforeEach(async () => {
  known = "unknown";
  stack = await startOperatorCloud();
  folder = await mkdtemp(join(tmpdir(), "letters-"));
  ids = [
    await stack.die(0, { body: "one" }),
    await stack.die(1, { body: "two", queue: "default" }),
  ];
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The ids of the dead letters that are left. */
async function left(): Promise<string[]> {
  const names: string[] = [];
  for await (const page of stack.calls.listTasks(stack.operations.queues["dead-letter"]!)) {
    names.push(...page.map(({ name }) => name.slice(name.lastIndexOf("/") + 1)));
  }
  return names;
}

const HEAD = {
  ...{ kind: "dead-letters", stack: "dev", project: "local-project", by: "ada" },
  ...{ time: "2026-11-25T12:00:00.000Z", hasPayloads: true },
};

/** The lines of a file. */
async function read(file: string): Promise<[LetterHead, ...Task[]]> {
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  const [head, ...tasks] = lines.map((line): unknown => JSON.parse(line));
  return [letterHeadSchema.parse(head), ...tasks.map((task) => taskSchema.parse(task))];
}

async function discard(selector: Selector, options: Partial<DiscardOptions> = {}) {
  const operating = operatingAt(START, stack.calls);
  const given = { backup: true, uncertain: false, dryRun: false, json: false, yes: true };
  const code = await discardLetters(
    operating,
    selector,
    { ...given, ...options },
    { by: "ada", folder, journal: { told: async () => known } },
  );
  return { code, printed: operating.printed };
}

describe("discard", () => {
  it("deletes what is selected, and keeps it in a file for the user alone", async () => {
    const file = join(folder, "20261125T120000Z.ndjson");

    expect(await discard({ queue: "email" })).toEqual({
      code: 0,
      printed: [`1 dead letter deleted. They are kept in ${file}.`],
    });
    expect(await left()).toEqual([ids[1]]);
    const [head, kept] = await read(file);
    expect(head).toEqual(HEAD);
    expect(kept?.name.endsWith(ids[0]!)).toBe(true);
    expect(Buffer.from(kept?.httpRequest.body ?? "", "base64").toString()).toBe("one");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("writes why into the file, and reads no payload without a backup", async () => {
    const options = { backup: false, because: "they are of 2019" };

    expect((await discard({}, options)).printed).toEqual([
      `2 dead letters deleted. What they were is in ${join(folder, "20261125T120000Z.ndjson")}.`,
    ]);
    expect(await left()).toEqual([]);
    const [head, ...kept] = await read(join(folder, "20261125T120000Z.ndjson"));
    expect(head).toEqual({ ...HEAD, because: "they are of 2019", hasPayloads: false });
    expect(kept.map(({ httpRequest }) => httpRequest.body)).toEqual([undefined, undefined]);
    expect(stack.made.filter((call) => call.includes("FULL"))).toEqual([]);
  });

  it("deletes nothing in a dry run", async () => {
    const { code, printed } = await discard({ queue: "email" }, { dryRun: true, json: true });

    expect(code).toBe(0);
    expect(printed.map((line) => deadLetterLineSchema.parse(JSON.parse(line)).id)).toEqual([
      ids[0],
    ]);
    expect((await discard({}, { dryRun: true })).printed[0]).toBe(
      "2 dead letters would be deleted.",
    );
    expect(await left()).toHaveLength(2);
    expect(await readdir(folder)).toEqual([]);
  });

  describe("of what is uncertain", () => {
    /** Claims the first letter, as a redrive does that then ends. */
    async function claim(): Promise<void> {
      const dead = stack.operations.queues["dead-letter"]!;
      const name = `${dead}/tasks/claim-1`;
      const task = `${stack.operations.queues["email"]!}/tasks/never`;
      const claimed = [{ letter: ids[0]!, task }];
      const made = { name, kind: "redrive", by: "bob", claimed } as const;
      await stack.calls.createTask(dead, claimTask(made, +stack.cloud.now()));
    }
    const uncertain = async () => {
      const operating = operatingAt(stack.cloud.now(), stack.calls);
      const options = { backup: true, uncertain: true, dryRun: false, json: false, yes: true };
      const journal = { told: async () => known };
      return discardLetters(operating, {}, options, { by: "ada", folder, journal });
    };

    it("deletes what nobody knows of, and its claim", async () => {
      await claim();
      await stack.cloud.advance("3600s");

      expect(await uncertain()).toBe(0);
      expect(await left()).toEqual([ids[1]]);
    });

    it.each([
      ["a redrive may put back yet", "1200s", "unknown"],
      ["a journal knows of", "3600s", "not-created"],
    ] as const)("leaves what %s", async (_, later, told) => {
      await claim();
      await stack.cloud.advance(later);
      known = told;

      expect(await uncertain()).toBe(4);
      expect(await left()).toHaveLength(3);
    });
  });

  it("deletes nothing unless it is confirmed", async () => {
    await expect(discard({}, { yes: false })).rejects.toMatchObject({ exitCode: 3 });
    expect(await left()).toHaveLength(2);
  });

  it("deletes nothing where the file is there already", async () => {
    await discard({ queue: "email" });

    await expect(discard({})).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^'.*Z\.ndjson' cannot be written: it is there already\.$/),
    });
    expect(await left()).toEqual([ids[1]]);
  });

  it("ends with 4 where nothing is selected", async () => {
    expect((await discard({ task: "none" })).code).toBe(4);
  });
});

describe("export", () => {
  it("writes what is selected, and deletes nothing", async () => {
    const operating = operatingAt(START, stack.calls);
    const to = join(folder, "letters.ndjson");

    expect(await exportLetters(operating, {}, { to, json: true }, "ada")).toBe(0);
    expect(operating.printed).toEqual([JSON.stringify({ kind: "export", letters: 2, file: to })]);
    const [head, ...kept] = await read(to);
    expect(head).toEqual(HEAD);
    expect(kept.map(({ name }) => name.slice(-64)).sort()).toEqual(ids.toSorted());
    expect(await left()).toHaveLength(2);
  });
});
