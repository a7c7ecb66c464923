import { existsSync, readFileSync } from "node:fs";
import { Command } from "commander";
import { textsOf } from "../../../../infra/alerts/texts.ts";
import { COMMANDS } from "../../commands.ts";

const texts = textsOf("prod");

/** The commands that a text names, each as its arguments: what is in angles is something of the reader's. */
function commandsIn(text: string): string[][] {
  return [...text.matchAll(/`npm run ([^`]+)`/g)].map(([, line = ""]) =>
    [...line.matchAll(/"[^"]*"|\S+/g)].map(([word]) => word.replace(/^"|"$/g, "")),
  );
}

const named = texts.flatMap(({ key, text }) =>
  commandsIn(text).map((words) => ({ key, line: words.join(" "), words })),
);

describe("The text of an alert", () => {
  it.each(texts)("of '$title' says what to do, and is no longer than Google takes", ({ text }) => {
    expect(text).toMatch(/^\S[^\n]*\n\n1\. /);
    expect(Buffer.byteLength(text)).toBeLessThan(8192);
  });

  it("names a command", () => {
    expect(texts.filter(({ text }) => commandsIn(text).length === 0)).toEqual([]);
  });

  it.each(named)("of $key names a command that there is: $line", async ({ words }) => {
    const [script = "", dashes, ...rest] = words;
    const [name = "", ...args] = script === "tasks" ? rest : [script, ...rest];
    const entry = COMMANDS[name];

    expect(dashes).toBe("--");
    expect(script === "tasks" ? "tasks" : entry?.script).toBe(
      script === "tasks" ? "tasks" : `npm run ${name}`,
    );
    const command = new Command(name).exitOverride().configureOutput({ writeErr: () => undefined });
    (await entry!.load()).configure(command);
    // Read, and not run.
    const ran = jest.fn();
    command.action(ran);
    await command.parseAsync(args, { from: "user" });
    expect(ran).toHaveBeenCalledTimes(1);
    expect(command.opts()).toMatchObject({ stack: "prod" });
  });

  it("links to documents that there are", () => {
    const links = texts.flatMap(({ text }) => [...text.matchAll(/docs\/[\w-]+\.md/g)].flat());

    expect(links).toHaveLength(texts.length);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });

  it("is of an alert that docs/watching.md tells, in its order", () => {
    const document = readFileSync("docs/watching.md", "utf8");
    const told = [...document.matchAll(/^\| ([A-Z][^|]*?) +\| (page|tell) /gm)].map(
      ([, title, to]) => ({ title, to }),
    );

    expect(told).toEqual(texts.map(({ title, to }) => ({ title, to })));
  });
});
