import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { Contract } from "../../../../../tasks/contract/contract.ts";
import { contract } from "../../../../../test/fixtures/project/tasks/index.ts";
import { readDeadLetters } from "../../../operate/deadLetters/readDeadLetters.ts";
import type { DeadLetter } from "../../../operate/deadLetters/deadLetter.ts";
import { editOf } from "../../../operate/redrive/edit.ts";
import { redriveLetters } from "../../../operate/redrive/command.ts";
import { editByHand, userEditor } from "../../../operate/redrive/editor.ts";
import { payloadDiff } from "../../../operate/redrive/payloadDiff.ts";
import { operatingAt } from "../../support/operating.ts";
import { startOperatorCloud, type OperatorCloud } from "../../support/operatorCloud.ts";
import { inMemory } from "../../support/redrive/surroundings.ts";

const GOOD = { to: "ada@example.com", subject: "Hello", text: "It works." };

let stack: OperatorCloud;
/** Where what is edited is kept meanwhile. */
let within: string;
beforeEach(async () => {
  stack = await startOperatorCloud();
  within = await mkdtemp(join(tmpdir(), "editing-"));
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(within, { recursive: true });
});

async function letterOf(id: string): Promise<DeadLetter> {
  for await (const page of readDeadLetters(stack.calls, { view: "FULL" })) {
    const letter = page.find((one) => one.id === id);
    if (letter) return letter;
  }
  throw new Error(id);
}

describe("redrive --edit", () => {
  /** Edits a dead letter by writing one text after another, as the user would. */
  async function edit(
    id: string,
    texts: readonly string[],
    answer: string,
    options: { force?: boolean; reveal?: boolean; of?: Pick<Contract, "tasks"> } = {},
  ) {
    const { force = false, reveal = false, of = contract } = options;
    const operating = operatingAt(stack.cloud.now(), stack.calls, { answer });
    const opened: { readonly text: string; readonly mode: number }[] = [];
    let folder = "";
    const left = [...texts];
    const open = async (file: string): Promise<void> => {
      opened.push({ text: await readFile(file, "utf8"), mode: (await stat(file)).mode & 0o777 });
      folder = dirname(file);
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      await writeFile(file, left.shift() ?? "");
    };
    const made = editByHand(operating, of, id, { force, reveal, open, folder: within });
    const edited = await made.then(
      async (by) => String(by(await letterOf(id))),
      (error: unknown) => error as Error,
    );
    const isLeft = folder !== "" && (await stat(folder).catch(() => undefined)) !== undefined;
    return { edited, opened, isLeft, noted: operating.noted };
  }

  it("opens the payload for the user alone until it fits the contract", async () => {
    const id = await stack.die(1, { body: '{"to":"ada"}' });

    expect(await edit(id, ["{to}", '{"to":"ada"}', JSON.stringify(GOOD)], "")).toEqual({
      edited: JSON.stringify(GOOD),
      opened: [
        { text: '{\n  "to": "ada"\n}\n', mode: 0o600 },
        { text: "{to}", mode: 0o600 },
        { text: '{"to":"ada"}', mode: 0o600 },
      ],
      isLeft: false,
      noted: [
        expect.stringMatching(/^It is no JSON: /),
        "Edit it again? [Y/n] ",
        "Payload of task 'send-email' does not fit its schema: 'to': it must be an e-mail address, such as 'you@example.com'; " +
          "'subject' is missing; 'text' is missing.",
        "Edit it again? [Y/n] ",
      ],
    });
  });

  it.each([
    ["gives up", ["{}"], "n", "Given up. Nothing was done."],
    ["changes nothing", ['{"to":"ada"}'], "y", "Nothing is changed. Nothing was done."],
  ])("does nothing where the user %s", async (_, texts, answer, message) => {
    const id = await stack.die(1, { body: '{"to":"ada"}' });

    const { edited, isLeft } = await edit(id, texts, answer, {
      force: message.startsWith("Nothing"),
    });

    expect(edited).toMatchObject({ exitCode: 3, message });
    expect(isLeft).toBe(false);
  });

  it("opens what is nested too deep as it is, and takes no such thing", async () => {
    const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
    const id = await stack.die(1, { body: deep });

    const { edited, opened, noted } = await edit(id, [deep, "[]"], "y", {
      ...{ force: true, reveal: true },
    });

    expect(edited).toBe("[]");
    expect(opened[0]?.text === deep).toBe(true);
    expect(noted).toEqual(["It is nested too deep.", "Edit it again? [Y/n] "]);
  });

  it("takes any JSON with '--force'", async () => {
    const id = await stack.die(1, { body: '{"to":"ada"}' });

    expect((await edit(id, ["[1]"], "n", { force: true })).edited).toBe("[1]");
  });

  it("says that the editor has removed its file", async () => {
    const id = await stack.die(1);
    const operating = operatingAt(stack.cloud.now(), stack.calls, { answer: "y" });

    let file = "";
    const edited = editByHand(operating, contract, id, {
      ...{ force: false, reveal: false, folder: within },
      async open(opened) {
        file = opened;
        await rm(dirname(opened), { recursive: true });
      },
    });

    await expect(edited).rejects.toMatchObject({ exitCode: 2 });
    await expect(edited).rejects.toThrow(
      `'${file}' cannot be read: it is not there. Nothing was done.`,
    );
  });

  describe("of a payload with what is sensitive", () => {
    const secret = z.string().meta({ sensitive: true });
    const pay = z.object({
      to: z.string(),
      cards: z.array(z.object({ n: secret, on: z.string() })),
    });
    const of = { tasks: { pay: { queue: "email", payload: pay } } };
    const PAYLOAD = {
      to: "ada",
      cards: [
        { n: "4111", on: "Ada" },
        { n: "4222", on: "Bob" },
      ],
    };
    const SHOWN =
      '{"to":"ada","cards":[{"n":"[hidden 1]","on":"Ada"},{"n":"[hidden 2]","on":"Bob"}]}';
    const NOTE =
      "What is '[hidden …]' stays what it is, unless you write something else; '--reveal' shows it.";

    const died = () => stack.die(1, { task: "pay", body: JSON.stringify(PAYLOAD) });

    it("hides it, and keeps it wherever it is put that is hidden too", async () => {
      const changed =
        '{"to":"eve","cards":[{"n":"[hidden 2]","on":"Bob"},{"n":"4333","on":"Cyd"}]}';

      const { edited, opened, noted } = await edit(await died(), [changed], "n", { of });

      expect(JSON.parse(opened[0]!.text)).toEqual(JSON.parse(SHOWN));
      expect(JSON.parse(edited as string)).toEqual({
        to: "eve",
        cards: [
          { n: "4222", on: "Bob" },
          { n: "4333", on: "Cyd" },
        ],
      });
      expect(noted).toEqual([NOTE]);
    });

    it("shows it where that is asked for", async () => {
      const { opened, noted } = await edit(await died(), ["{}"], "n", { of, reveal: true });

      expect(JSON.parse(opened[0]!.text)).toEqual(PAYLOAD);
      expect(noted).not.toContain(NOTE);
    });

    it("knows when nothing is changed", async () => {
      expect((await edit(await died(), [SHOWN], "n", { of })).edited).toMatchObject({
        message: "Nothing is changed. Nothing was done.",
      });
    });

    it.each([
      ["[hidden 3]", "'to' is '[hidden 3]', which stands for nothing here."],
      ["[hidden]", "'to' is '[hidden]', which stands for nothing here."],
    ])("takes no '%s'", async (to, problem) => {
      const changed = JSON.stringify({ to, cards: [] });

      expect((await edit(await died(), [changed], "n", { of })).noted).toEqual([
        NOTE,
        `${problem} What is hidden: '[hidden 1]', '[hidden 2]'.`,
        "Edit it again? [Y/n] ",
      ]);
    });

    it.each([
      ["to", { ...PAYLOAD, to: "[hidden 1]" }],
      ["cards.0.on", { to: "ada", cards: [{ n: "1", on: "[hidden 1]" }] }],
    ])("puts no value into '%s', where it would be seen", async (place, changed) => {
      const { edited, noted } = await edit(await died(), [JSON.stringify(changed)], "n", { of });

      expect(noted).toEqual([
        NOTE,
        `'${place}' is '[hidden 1]', and what that stands for would be seen there: ` +
          "it may be put where the contract says 'sensitive'.",
        "Edit it again? [Y/n] ",
      ]);
      expect(edited).toMatchObject({ message: "Given up. Nothing was done." });
    });

    it("puts no value where a producer wrote such a word", async () => {
      const body = JSON.stringify({ ...PAYLOAD, to: "[hidden 1]" });
      const id = await stack.die(1, { task: "pay", body });
      const changed = JSON.stringify({ to: "[hidden 1]", cards: [{ n: "[hidden 2]", on: "Eve" }] });

      const { edited, opened } = await edit(id, [changed], "n", { of });

      expect(opened[0]!.text).toContain('"n": "[hidden 3]"');
      expect(JSON.parse(edited as string)).toEqual({
        to: "[hidden 1]",
        cards: [{ n: "4111", on: "Eve" }],
      });
    });

    it("shows nothing of a task that is not known here, nor of what is no JSON", async () => {
      const unknown = await stack.die(1, { task: "old", body: '{"a":1}' });
      const { opened, edited } = await edit(unknown, ['"[hidden 1]"'], "n", { force: true });
      expect(opened[0]!.text).toBe('"[hidden 1]"\n');
      expect(edited).toMatchObject({ message: "Nothing is changed. Nothing was done." });

      const broken = await stack.die(2, { body: "{to" });
      const second = await edit(broken, [JSON.stringify(GOOD)], "n");
      expect(second.opened[0]!.text).toBe("");
      expect(second.noted).toEqual([
        "Its body is no whole JSON, and is not shown without '--reveal': write another.",
      ]);
      expect(second.edited).toBe(JSON.stringify(GOOD));
    });
  });

  it("removes what a killed command has left, and nothing of one that runs", async () => {
    const gone = spawnSync(process.execPath, ["--version"]).pid;
    for (const pid of [gone, process.ppid]) {
      await mkdir(join(within, String(pid)));
      await writeFile(join(within, String(pid), "payload.json"), "secret");
    }
    const id = await stack.die(1, { body: '{"to":"ada"}' });

    expect((await edit(id, ["[1]"], "n", { force: true })).edited).toBe("[1]");
    expect(await readdir(within)).toEqual([String(process.ppid)]);
  });

  it("opens nothing without a terminal, for no letter, or for two", async () => {
    const open = (): Promise<never> => Promise.reject(new Error("It was opened."));
    const options = { force: false, reveal: false, open, folder: within };
    const at = operatingAt(stack.cloud.now(), stack.calls);
    const asked = operatingAt(stack.cloud.now(), stack.calls, { answer: "y" });
    await stack.die(1);

    await expect(editByHand(at, contract, "0000", options)).rejects.toMatchObject({
      exitCode: 3,
      message: "There is no terminal to edit at: give '--set' or '--payload'. Nothing was done.",
    });
    await expect(editByHand(asked, contract, "zzzz", options)).rejects.toMatchObject({
      exitCode: 4,
      message: "There is no dead letter 'zzzz'.",
    });
    await stack.die(2);
    await expect(editByHand(asked, contract, "", options)).rejects.toMatchObject({
      exitCode: 2,
    });
  });

  it("opens the user's own editor, with its options, and says how it failed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "editor-"));
    try {
      const script = join(folder, "my editor.sh");
      await writeFile(script, '#!/bin/sh\n[ "$1" = "--wait" ] || exit 7\nprintf edited > "$2"\n');
      await chmod(script, 0o700);
      const file = join(folder, "a b.json");

      await userEditor({ VISUAL: "", EDITOR: `'${script}' --wait` })(file);
      expect(await readFile(file, "utf8")).toBe("edited");
      await expect(
        userEditor({ VISUAL: `'${script}'`, EDITOR: "false" })(file),
      ).rejects.toMatchObject({
        exitCode: 3,
        message: `The editor ''${script}'' ended with 7. Nothing was done.`,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("redrive --set", () => {
  const PAYLOAD = {
    to: "ada",
    retry: { count: 1 },
    list: [{ a: 1 }, { a: 2 }],
    none: [],
    nil: null,
  };

  async function setTo(set: readonly string[], payload: unknown = PAYLOAD): Promise<unknown> {
    const letter = await letterOf(await stack.die(1, { body: JSON.stringify(payload) }));
    const edit = await editOf({ set });
    return JSON.parse(String(edit!(letter)));
  }

  it.each<[string, Record<string, unknown>]>([
    ["to=bob", { to: "bob" }],
    ["retry.count=3", { retry: { count: 3 } }],
    ['to="3"', { to: "3" }],
    ["to=a=b", { to: "a=b" }],
    ["list.1.a=9", { list: [{ a: 1 }, { a: 9 }] }],
    ["new.field=1", { new: { field: 1 } }],
    ["nil.a=1", { nil: { a: 1 } }],
  ])("sets %s", async (set, changed) => {
    expect(await setTo([set])).toEqual({ ...PAYLOAD, ...changed });
  });

  it.each([
    ["to", "'to' sets no field"],
    ["=x", "'=x' sets no field"],
    ["retry..count=3", "'retry..count=3' sets no field"],
  ])("says what is wrong with '%s'", async (set, sentence) => {
    const edit = editOf({ set: [set] });

    await expect(edit).rejects.toMatchObject({ exitCode: 2 });
    await expect(edit).rejects.toThrow(
      `${sentence}: that is its name, '=' and its value, such as 'to=ada@example.com' or, in an object, ` +
        "'retry.count=3'. Nothing was done.",
    );
  });

  it.each([
    ["to.x=1", "'to.x=1' cannot be set: 'to' is a text, and has no field 'x'"],
    [
      "retry.count.x=1",
      "'retry.count.x=1' cannot be set: 'retry.count' is a number, and has no field 'x'",
    ],
    [
      "list.2.a=1",
      "'list.2.a=1' cannot be set: 'list' is a list, and has no item '2'; it has '0' to '1'",
    ],
    [
      "list.a=1",
      "'list.a=1' cannot be set: 'list' is a list, and has no item 'a'; it has '0' to '1'",
    ],
    ["none.0=1", "'none.0=1' cannot be set: 'none' is an empty list, and has no item '0'"],
  ])("does not set '%s', and says what is there", async (set, message) => {
    await expect(setTo([set])).rejects.toMatchObject({ exitCode: 1, message });
  });

  it("does not set a field of what is no object, and repeats no long value", async () => {
    await expect(setTo([`x=${"y".repeat(100)}`], "text")).rejects.toMatchObject({
      message: `'x=${"y".repeat(58)}…' cannot be set: its payload is a text, and has no field 'x'`,
    });
  });

  it("says which value the contract does not take", async () => {
    const id = await stack.die(1, { body: JSON.stringify(GOOD) });
    await stack.cloud.advance("10s");
    const operating = operatingAt(stack.cloud.now(), stack.calls);
    const options = { force: false, uncertain: false, reveal: false, json: false, yes: true };

    const code = await redriveLetters(
      operating,
      contract,
      { ids: [id] },
      { ...options, dryRun: true },
      await editOf({ set: ["to=nobody"] }),
      inMemory(stack.cloud),
    );

    expect(code).toBe(1);
    expect(operating.noted.at(-1)).toBe(
      `${id.slice(0, 12)}: refused, Payload of task 'send-email' does not fit its schema: 'to': it must be an ` +
        "e-mail address, such as 'you@example.com'. That is what 'to=nobody' makes of it: give another value, or '--force'",
    );
  });
});

describe("what an edit changes", () => {
  const secret = z.string().meta({ sensitive: true });
  const tasks = {
    pay: { queue: "email", payload: z.object({ to: z.string(), card: secret }) },
  };

  async function diff(before: string, after: unknown, { reveal = false, task = "pay" } = {}) {
    const letter = await letterOf(await stack.die(1, { task, body: before }));
    return payloadDiff({ tasks }, letter, Buffer.from(JSON.stringify(after)), reveal);
  }

  it("is told without sensitive values, which are counted", async () => {
    const before = '{"to":"ada","card":"4111"}';
    const after = { to: "bob", card: "4222" };

    expect(await diff(before, after)).toEqual([
      '  - to: "ada"',
      '  + to: "bob"',
      "  1 value changed and not shown: '--reveal'",
    ]);
    expect(await diff(before, after, { reveal: true })).toEqual([
      '  - to: "ada"',
      '  + to: "bob"',
      '  - card: "4111"',
      '  + card: "4222"',
    ]);
  });

  it("is not told of a task that is not known here", async () => {
    expect(await diff('{"a":1}', { a: 2 }, { task: "old" })).toEqual([
      "  1 value changed and not shown: '--reveal'",
    ]);
  });

  it("is told of what was no JSON, and of nothing", async () => {
    expect(await diff("{", { to: "a", card: "b" }, { reveal: true })).toEqual([
      '  + payload.to: "a"',
      '  + payload.card: "b"',
    ]);
    expect(await diff('{"to":"a","card":"b"}', { to: "a", card: "b" })).toEqual([
      "  nothing is changed",
    ]);
  });

  it("is not told of what is nested too deep", async () => {
    const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
    const fits = { to: "a", card: "b" };

    expect(await diff(deep, fits, { reveal: true })).toEqual([
      '  + payload.to: "a"',
      '  + payload.card: "b"',
    ]);
    const letter = await letterOf(await stack.die(2, { task: "pay", body: JSON.stringify(fits) }));
    expect(payloadDiff({ tasks }, letter, Buffer.from(deep), true)).toEqual([
      "  its payload becomes what is no JSON, or is nested too deep to be shown",
    ]);
  });

  it("is shown of the first three before anything is done", async () => {
    for (const n of [0, 1, 2, 3]) await stack.die(n, { body: JSON.stringify(GOOD) });
    await stack.cloud.advance("10s");
    const operating = operatingAt(stack.cloud.now(), stack.calls);
    const options = { force: false, uncertain: false, reveal: false, json: false, yes: true };

    await redriveLetters(
      operating,
      contract,
      {},
      { ...options, dryRun: true },
      await editOf({ set: ["subject=Bye"] }),
      inMemory(stack.cloud),
    );

    const line = expect.stringMatching(/^[0-9a-f]{12} send-email$/) as string;
    expect(operating.noted.slice(1)).toEqual(
      [1, 2, 3].flatMap(() => [line, '  - subject: "Hello"', '  + subject: "Bye"']),
    );
  });
});
