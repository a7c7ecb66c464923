import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { taskSchema, type Task } from "../../operate/calls/messages.ts";
import { deadLetterLineSchema } from "../../operate/deadLetters/deadLetterLine.ts";
import { discardLetters, type DiscardOptions } from "../../operate/deadLetters/discardCommand.ts";
import { exportLetters } from "../../operate/deadLetters/exportCommand.ts";
import {
  importLetters,
  importLineSchema,
  type ImportOptions,
} from "../../operate/deadLetters/importCommand.ts";
import { readLetterFile } from "../../operate/deadLetters/readLetterFile.ts";
import type { OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { letterHeadSchema, type LetterHead } from "../../operate/deadLetters/letterFile.ts";
import { claimTask } from "../../operate/redrive/claim.ts";
import { redrivenId } from "../../operate/redrive/redriven.ts";
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

/** All tasks of the dead-letter queue, with their bodies. */
async function exported(): Promise<Task[]> {
  const all: Task[] = [];
  for await (const page of stack.calls.listTasks(stack.operations.queues["dead-letter"]!, "FULL")) {
    all.push(...page);
  }
  return all;
}

const CLAIM = { name: "", kind: "redrive", by: "bob", claimed: [] } as const;

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
  return { code, printed: operating.printed, noted: operating.noted };
}

describe("discard", () => {
  it("deletes what is selected, and keeps it in a file for the user alone", async () => {
    const file = join(folder, "20261125T120000Z.ndjson");

    expect(await discard({ queue: ["email"] })).toMatchObject({
      code: 0,
      printed: [`1 dead letter deleted. It is kept in ${file}.`],
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

  describe("beside somebody else", () => {
    const dead = () => stack.operations.queues["dead-letter"]!;

    /** Discards all while letters are taken away, before they are read or right before they are deleted. */
    async function beside(calls: Partial<OperatorCalls>) {
      const operating = operatingAt(START, { ...stack.calls, ...calls });
      const code = await discardLetters(
        operating,
        {},
        { backup: true, uncertain: false, dryRun: false, json: false, yes: true },
        { by: "ada", folder, journal: { told: async () => known } },
      );
      return { code, printed: operating.printed };
    }

    it("counts what is gone for gone, and leaves it out when the file is imported", async () => {
      const { code, printed } = await beside({
        async deleteTask(name, until) {
          if (name.endsWith(ids[0]!)) await stack.calls.deleteTask(name);
          return stack.calls.deleteTask(name, until);
        },
      });

      const file = join(folder, "20261125T120000Z.ndjson");
      expect({ code, printed }).toEqual({
        code: 0,
        printed: [
          `1 dead letter deleted; 1 was gone: redriven or discarded by somebody else. It is kept in ${file}.`,
        ],
      });
      const letters = await readLetterFile(file, dead());
      expect(letters.map(({ letter }) => letter.id)).toEqual([ids[1]]);
    });

    it("says of none that it is kept where all were gone", async () => {
      const { printed } = await beside({
        async deleteTask(name, until) {
          await stack.calls.deleteTask(name);
          return stack.calls.deleteTask(name, until);
        },
      });

      expect(printed).toEqual([
        "0 dead letters deleted; 2 were gone: redriven or discarded by somebody else.",
      ]);
    });

    it("counts for gone what was gone before it was read", async () => {
      const { printed } = await beside({
        async getTask(name, view) {
          if (name.endsWith(ids[1]!)) await stack.calls.deleteTask(name);
          return stack.calls.getTask(name, view);
        },
      });

      expect(printed[0]).toMatch(
        /^1 dead letter deleted; 1 was gone: redriven or discarded by somebody else\. /,
      );
    });

    it("counts for gone what a redrive has put back and not deleted yet", async () => {
      const email = stack.operations.queues["email"]!;
      const { printed } = await beside({
        async deleteTask(name, until) {
          if (name.endsWith(ids[0]!)) {
            const task = `${email}/tasks/${redrivenId({ id: ids[0]!, history: [] })}`;
            await stack.calls.createTask(email, { ...claimTask(CLAIM, 0), name: task });
          }
          return stack.calls.deleteTask(name, until);
        },
      });

      const file = join(folder, "20261125T120000Z.ndjson");
      expect(printed).toEqual([
        `1 dead letter deleted; 1 was gone: redriven or discarded by somebody else. It is kept in ${file}.`,
      ]);
      const letters = await readLetterFile(file, dead());
      expect(letters.map(({ letter }) => letter.id)).toEqual([ids[1]]);
      expect(await left()).toEqual([]);
    });

    it("tells of what nobody knows", async () => {
      const { printed } = await beside({ deleteTask: async () => "uncertain" });

      expect(printed[0]).toMatch(
        /^0 dead letters deleted; 2 gone, and nobody knows by whom: an answer was lost\. /,
      );
    });
  });

  it("says which of the ids that were given is no dead letter's", async () => {
    const { noted } = await discard({ ids: [ids[0]!, "ffff"] }, { dryRun: true });

    expect(noted).toEqual(["None of them is called 'ffff'."]);
  });

  it("deletes nothing in a dry run", async () => {
    const { code, printed } = await discard({ queue: ["email"] }, { dryRun: true, json: true });

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
    await discard({ queue: ["email"] });

    await expect(discard({})).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/^'.*Z\.ndjson' cannot be written: it is there already\.$/),
    });
    expect(await left()).toEqual([ids[1]]);
  });

  it("deletes nothing where a file is in the place of its folder", async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, "");

    await expect(discard({})).rejects.toMatchObject({
      exitCode: 2,
      message: `The folder '${folder}' cannot be made: a file is in its place. Nothing was done.`,
    });
    expect(await left()).toHaveLength(2);
  });

  it("ends with 4 where nothing is selected", async () => {
    expect((await discard({ task: ["none"] })).code).toBe(4);
  });
});

describe("export", () => {
  it("writes what is selected, and deletes nothing", async () => {
    const operating = operatingAt(START, stack.calls);
    const to = join(folder, "letters.ndjson");

    const selector = { ids: [...ids, "ffff"] };
    expect(await exportLetters(operating, selector, { to, json: true }, "ada")).toBe(0);
    expect(operating.noted).toEqual(["None of them is called 'ffff'."]);
    expect(operating.printed).toEqual([JSON.stringify({ kind: "export", letters: 2, file: to })]);
    const [head, ...kept] = await read(to);
    expect(head).toEqual(HEAD);
    expect(kept.map(({ name }) => name.slice(-64)).sort()).toEqual(ids.toSorted());
    expect(await left()).toHaveLength(2);
  });

  it("leaves out what is sensitive where that is asked for, and import takes no such file", async () => {
    const to = join(folder, "letters.ndjson");
    await stack.die(2, { body: '{"to":"ada@example.com","subject":"Welcome"}' });
    const redact = {
      tasks: {
        "send-email": {
          queue: "email",
          payload: z.object({ to: z.string().meta({ sensitive: true }), subject: z.string() }),
        },
      },
    };
    await exportLetters(operatingAt(START, stack.calls), {}, { to, redact, json: true }, "ada");

    const [head, ...kept] = await read(to);
    expect(head).toEqual({ ...HEAD, isRedacted: true });
    const bodies = kept.map(({ httpRequest }) =>
      Buffer.from(httpRequest.body!, "base64").toString(),
    );
    expect(bodies.sort()).toEqual([
      '"[hidden]"',
      '"[hidden]"',
      '{"to":"[hidden]","subject":"Welcome"}',
    ]);
    await expect(
      importLetters(
        operatingAt(START, stack.calls),
        to,
        { again: false, dryRun: false, json: false, yes: true },
        () => Promise.reject(new Error("No record is opened.")),
      ),
    ).rejects.toThrow("line 1: what is sensitive of its payloads is hidden ('export --redact')");
  });
});

describe("import", () => {
  const record = new Set<string>();
  afterEach(() => {
    record.clear();
  });

  async function bring(file: string, options: Partial<ImportOptions> = {}) {
    const operating = operatingAt(START, stack.calls);
    const given = { again: false, dryRun: false, json: false, yes: true, ...options };
    const code = await importLetters(operating, file, given, async () => ({
      has: (id) => record.has(id),
      add: async (added) => {
        for (const id of added) record.add(id);
      },
      [Symbol.asyncDispose]: async () => undefined,
    }));
    return { code, printed: operating.printed, noted: operating.noted };
  }

  async function written(): Promise<string> {
    await discard({});
    return join(folder, "20261125T120000Z.ndjson");
  }

  it("puts back what was discarded, under new ids and else as it was", async () => {
    const file = await written();

    const { code, printed, noted } = await bring(file);

    expect({ code, printed }).toEqual({ code: 0, printed: ["2 imported."] });
    expect(noted).toEqual([expect.stringMatching(/Import 2 dead letters: /)]);
    const back = await exported();
    expect(back.map(({ name }) => ids.includes(name.slice(-64)))).toEqual([false, false]);
    const [, ...kept] = await read(file);
    const requests = (tasks: readonly Task[]) =>
      tasks.map(({ httpRequest }) => JSON.stringify(httpRequest)).sort();
    expect(requests(back)).toEqual(requests(kept));
  });

  it("imports nothing twice: not what is there, nor what is gone since", async () => {
    const file = await written();
    await bring(file);

    expect(await bring(file)).toMatchObject({ code: 0, printed: ["2 there."] });
    const [first] = await left();
    await stack.calls.deleteTask(`${stack.operations.queues["dead-letter"]!}/tasks/${first!}`);
    const { code, printed, noted } = await bring(file);
    expect({ code, printed }).toEqual({ code: 1, printed: ["1 there, 1 existed."] });
    expect(noted.at(-1)).toMatch(
      /: existed, it was imported before, and redriven or discarded since: '--again' imports it once more$/,
    );
    await stack.cloud.advance("864000s");
    expect((await bring(file)).printed).toEqual(["1 there, 1 existed."]);
    expect((await bring(file, { again: true })).printed).toEqual(["1 imported, 1 there."]);
  });

  it("leaves what is there yet, and what was redriven since", async () => {
    const operating = operatingAt(START, stack.calls);
    const to = join(folder, "letters.ndjson");
    await exportLetters(operating, {}, { to, json: true }, "ada");
    await stack.calls.deleteTask(`${stack.operations.queues["dead-letter"]!}/tasks/${ids[0]!}`);
    const email = stack.operations.queues["email"]!;
    const name = `${email}/tasks/${redrivenId({ id: ids[0]!, history: [] })}`;
    await stack.calls.createTask(email, { name, httpRequest: claimTask(CLAIM, 0).httpRequest });

    const { code, printed } = await bring(to, { json: true });

    expect(code).toBe(1);
    const lines = printed.slice(0, -1).map((line) => importLineSchema.parse(JSON.parse(line)));
    expect(Object.fromEntries(lines.map(({ of, result }) => [of, result]))).toEqual({
      [ids[0]!]: "redriven",
      [ids[1]!]: "there",
    });
    expect(JSON.parse(printed.at(-1)!)).toEqual({
      kind: "summary",
      results: { there: 1, redriven: 1 },
    });
  });

  it("checks every line before the first call, and does nothing in a dry run", async () => {
    const file = await written();
    const [head, task = ""] = (await readFile(file, "utf8")).split("\n");
    const other = task.replace("dev-dead-letter-1a2b", "prod-dead-letter-9f9f");
    const bad = join(folder, "bad.ndjson");
    const cut = JSON.stringify({ ...HEAD, hasPayloads: false });
    await writeFile(bad, [head, task, task, other, "{", "{}", cut].join("\n"));
    const made = stack.made.length;

    await expect(bring(bad)).rejects.toMatchObject({
      exitCode: 2,
      message: [
        `'${bad}' cannot be imported:`,
        "  line 3: it is the dead letter of line 2",
        "  line 4: it is of queue 'projects/local-project/locations/europe-west1/queues/prod-dead-letter-9f9f', " +
          "not of 'projects/local-project/locations/europe-west1/queues/dev-dead-letter-1a2b'",
        "  line 5: it is no whole JSON",
        "  line 6: it is no task of Cloud Tasks",
        "  line 7: payloads were not kept ('discard --no-backup')",
        "Nothing was done.",
      ].join("\n"),
    });
    expect((await bring(file, { dryRun: true })).printed).toEqual([
      "2 dead letters would be imported.",
    ]);
    for (const [none, why] of [
      [join(folder, "none"), "it is not there"],
      [folder, "it is a folder"],
    ] as const) {
      await expect(bring(none)).rejects.toMatchObject({
        exitCode: 2,
        message: `'${none}' cannot be read: ${why}. Nothing was done.`,
      });
    }
    expect(stack.made.length).toBe(made);
    await expect(bring(file, { yes: false })).rejects.toMatchObject({ exitCode: 3 });
  });
});
