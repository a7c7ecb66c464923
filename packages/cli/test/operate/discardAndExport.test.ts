import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { taskSchema } from "../../operate/calls/messages.ts";
import { discardLetters, type DiscardOptions } from "../../operate/deadLetters/discardCommand.ts";
import { exportLetters } from "../../operate/deadLetters/exportCommand.ts";
import type { Selector } from "../../operate/deadLetters/selector.ts";
import { operatingAt } from "../support/operating.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

let stack: OperatorCloud;
let folder: string;
let ids: string[];
beforeEach(async () => {
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

async function discard(selector: Selector, options: Partial<DiscardOptions> = {}) {
  const operating = operatingAt(START, stack.calls);
  const given = { backup: true, json: false, yes: true, ...options };
  const code = await discardLetters(operating, selector, given, folder);
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
    const kept = taskSchema.parse(JSON.parse(await readFile(file, "utf8")));
    expect(kept.name.endsWith(ids[0]!)).toBe(true);
    expect(Buffer.from(kept.httpRequest.body ?? "", "base64").toString()).toBe("one");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("reads no payload without a backup", async () => {
    expect((await discard({}, { backup: false })).printed).toEqual(["2 dead letters deleted."]);
    expect(await left()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    expect(stack.made.filter((call) => call.includes("FULL"))).toEqual([]);
  });

  it("deletes nothing unless it is confirmed", async () => {
    await expect(discard({}, { yes: false })).rejects.toMatchObject({ exitCode: 3 });
    expect(await left()).toHaveLength(2);
  });

  it("deletes nothing where the file is there already", async () => {
    await discard({ queue: "email" });

    await expect(discard({})).rejects.toThrow("EEXIST");
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

    expect(await exportLetters(operating, {}, { to, json: true })).toBe(0);
    expect(operating.printed).toEqual([JSON.stringify({ kind: "export", letters: 2, file: to })]);
    const lines = (await readFile(to, "utf8")).trim().split("\n");
    expect(lines.map((line) => taskSchema.parse(JSON.parse(line)).name.slice(-64)).sort()).toEqual(
      ids.toSorted(),
    );
    expect(await left()).toHaveLength(2);
  });
});
