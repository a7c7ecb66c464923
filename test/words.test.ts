import { readdirSync, readFileSync } from "node:fs";

const read = (file: string): string => readFileSync(file, "utf8");

/** The pairs of a word and its meaning that a pattern finds. */
function pairsIn(text: string, pattern: RegExp): [word: string, meaning: string][] {
  return [...text.matchAll(pattern)].map(([, word = "", meaning = ""]) => [word, meaning]);
}

describe("A word of this project", () => {
  it("means in the contract what it means in ARCHITECTURE.md", () => {
    const [, section = ""] = read("ARCHITECTURE.md").split("## Words\n");
    const meanings = new Map(pairsIn(section, /^\| (.+?) +\| (.+?) +\|$/gm));

    const words = pairsIn(read("tasks/contract/contract.ts"), /^ \* ([a-z]+) {2,}(.+)$/gm);

    expect(words.map(([word]) => word)).toEqual(expect.arrayContaining(["delivery", "attempt"]));
    expect(words).toEqual(words.map(([word]) => [word, meanings.get(word)]));
  });

  // Whether a delivery is an attempt, only the worker knows. `Attempt`, `maxAttempts` and the like are Google's.
  it.each([
    { word: "attempt", folder: "packages/cloud/cloudtasks", but: ["messages.ts"] },
    { word: "attempt", folder: "packages/cli/start", but: [] },
  ])("is not that for something else: no $word in $folder", ({ word, folder, but }) => {
    const files = readdirSync(folder).filter((file) => !but.some((one) => one === file));

    const using = files.filter((file) =>
      new RegExp(`\\b${word}s?\\b`).test(read(`${folder}/${file}`)),
    );

    expect(files.length).toBeGreaterThan(5);
    expect(using).toEqual([]);
  });
});
