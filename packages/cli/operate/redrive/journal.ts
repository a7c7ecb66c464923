import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { makeStateFolder } from "../stateFolder.ts";

/*
 * What this machine was about to do, and did: one line each, on the disk before anything is sent. Where a run
 * ended midway, it tells of the dead letters of its last claim which of them were begun at all.
 */

const lineSchema = z.discriminatedUnion("kind", [
  /** A claim is about to be made. */
  z.object({
    kind: z.literal("claim"),
    time: z.string(),
    claim: z.string(),
    letters: z.array(z.string()),
  }),
  /** The letters' tasks are about to be created; or the letters, of their tasks. */
  z.object({
    kind: z.literal("create"),
    time: z.string(),
    claim: z.string(),
    letters: z.array(z.string()),
  }),
  /** What became of a letter. */
  z.object({
    kind: z.literal("result"),
    time: z.string(),
    claim: z.string(),
    letter: z.string(),
    known: z.enum(["not-created", "created", "not-run", "unknown"]),
  }),
]);

export type JournalLine = z.output<typeof lineSchema>;

/**
 * What is known of a dead letter of a claim: its task was never asked for, or it was created, or nobody knows. Of
 * one that was made of its task: it was never asked for, or that task was deleted before it ran.
 */
export type Known = Extract<JournalLine, { kind: "result" }>["known"];

export interface Journal {
  /** Resolves once the lines are on the disk. */
  write(lines: readonly JournalLine[]): Promise<void>;
  /** What the journals here tell of a letter of a claim. */
  told(claim: string, letter: string): Promise<Known>;
}

/** What lines tell of a letter of a claim. */
export function toldBy(lines: Iterable<JournalLine>, claim: string, letter: string): Known {
  let known: Known = "unknown";
  for (const line of lines) {
    if (line.claim !== claim) continue;
    if (line.kind === "claim" && line.letters.includes(letter)) known = "not-created";
    if (line.kind === "create" && line.letters.includes(letter)) known = "unknown";
    if (line.kind === "result" && line.letter === letter) known = line.known;
  }
  return known;
}

export interface OpenJournal extends Journal, AsyncDisposable {
  readonly file: string;
}

/** What the journals in a folder tell. */
export function journalsOf(folder: string): Journal["told"] {
  let lines: Promise<readonly JournalLine[]> | undefined;
  return async (claim, letter) => {
    lines ??= readJournals(folder);
    return toldBy(await lines, claim, letter);
  };
}

/** The journal of a run, in a folder that also has those of earlier runs. Only the user may read it. */
export async function openJournal(folder: string, run: string): Promise<OpenJournal> {
  await makeStateFolder(folder);
  const file = join(folder, `${run}.ndjson`);
  const handle = await open(file, "a", 0o600);
  return {
    file,
    async write(lines) {
      await handle.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      await handle.datasync();
    },
    told: journalsOf(folder),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function readJournals(folder: string): Promise<readonly JournalLine[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith(".ndjson")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => text.split("\n").flatMap((line) => readLine(line) ?? []));
}

/** The last line of a run that was killed may be half a line. */
function readLine(line: string): JournalLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
