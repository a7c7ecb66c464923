import { appendFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal, type JournalLine } from "../../../operate/redrive/journal.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "journal-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const at = { time: "2026-11-25T12:00:00.000Z", claim: "claim-1" };
const claimed: JournalLine = { kind: "claim", ...at, letters: ["a", "b"] };
const begun: JournalLine = { kind: "create", ...at, letters: ["a", "b"] };

describe("a journal", () => {
  it.each<[string, readonly JournalLine[], string]>([
    ["a claim that was never made here", [], "unknown"],
    ["a claim of which nothing was begun", [claimed], "not-created"],
    ["a claim that was begun", [claimed, begun], "unknown"],
    [
      "a letter that was redriven",
      [claimed, begun, { kind: "result", ...at, letter: "a", known: "created" }],
      "created",
    ],
    [
      "a letter that was refused",
      [claimed, begun, { kind: "result", ...at, letter: "a", known: "not-created" }],
      "not-created",
    ],
    [
      "another letter",
      [claimed, begun, { kind: "result", ...at, letter: "b", known: "created" }],
      "unknown",
    ],
  ])("tells of %s", async (_, lines, known) => {
    {
      await using earlier = await openJournal(folder, "earlier");
      await earlier.write(lines);
    }
    await using journal = await openJournal(folder, "now");

    expect(await journal.told("claim-1", "a")).toBe(known);
  });

  it("passes over the half line of a run that was killed", async () => {
    {
      await using earlier = await openJournal(folder, "earlier");
      await earlier.write([claimed]);
      await appendFile(earlier.file, '{"kind":"create","cla');
    }
    await using journal = await openJournal(folder, "now");

    expect(await journal.told("claim-1", "a")).toBe("not-created");
  });

  it("is for the user's eyes only", async () => {
    await using journal = await openJournal(join(folder, "dev"), "now");

    expect((await stat(journal.file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "dev"))).mode & 0o777).toBe(0o700);
  });
});
