import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { pathToFileURL } from "node:url";
import { join, resolve } from "node:path";
import {
  readStackConfig,
  StackFileError,
  type StackFileConfig,
} from "@background-tasks/program/stack/stackConfig.ts";

/** What a stack's file may set in the place of what `tasks/` declares: the config key is the file's name. */
const KINDS = ["workers", "queues", "schedules"] as const;

type Kind = (typeof KINDS)[number];

/** What `tasks/workers.ts`, `queues.ts` and `schedules.ts` declare. */
export type Declared = Readonly<Record<Kind, unknown>>;

/** Reads what is declared as the files are now. */
export async function readDeclared(directory: string): Promise<Declared> {
  reads += 1;
  const read = async (kind: Kind): Promise<unknown> => {
    // Modules are cached by their URL.
    const url = `${pathToFileURL(resolve(directory, `tasks/${kind}.ts`)).href}?read=${reads}`;
    try {
      return ((await import(url)) as Readonly<Record<string, unknown>>)[kind];
    } catch {
      // Whoever deploys it says what is wrong with it.
      return undefined;
    }
  };
  return {
    workers: await read("workers"),
    queues: await read("queues"),
    schedules: await read("schedules"),
  };
}

let reads = 0;

/** The edits of `tasks/` that change nothing here, since the stack's file says otherwise: a sentence each. */
export function overriddenEdits(
  before: Declared,
  after: Declared,
  directory: string,
  stackFile: string,
): string[] {
  const given = readGiven(directory, stackFile);
  if (!given) return [];
  const { project, config } = given;
  return KINDS.flatMap((kind) => {
    const overrides: unknown = JSON.parse(config[`${project}:${kind}`] ?? "{}");
    // A file that could not be read says nothing of what was edited.
    if (before[kind] === undefined) return [];
    const set = changedLeaves(before[kind], after[kind]).flatMap(([entry = "", ...path]) => {
      // As the program lays them over each other: an entry's own after what is for every one.
      const name = [entry, "*"].find((one) => valueAt(overrides, [one, ...path]) !== undefined);
      if (name === undefined) return [];
      const key = `${project}:${kind}.${[name, ...path].join(".")}`;
      const value = JSON.stringify(valueAt(overrides, [name, ...path]));
      return [{ edited: [entry, ...path].join("."), told: `'${key}' to ${value}` }];
    });
    if (set.length === 0) return [];
    const edited = set.map((one) => `'${one.edited}'`).join(", ");
    const has = set.length === 1 ? "has" : "have";
    return [
      `${edited} of tasks/${kind}.ts ${has} no effect here: ${stackFile} sets ` +
        `${set.map(({ told }) => told).join(", ")}.`,
    ];
  });
}

function readGiven(directory: string, stackFile: string): StackFileConfig | undefined {
  try {
    return readStackConfig(join(directory, "Pulumi.yaml"), join(directory, stackFile));
  } catch (error) {
    // It was deployed a moment ago, and is being edited: the next deployment says what is wrong.
    if (error instanceof StackFileError) return undefined;
    throw error;
  }
}

const object = z.record(z.string(), z.unknown());

/** The paths of what is new or different, down to what is no object. What is removed is overridden by nothing. */
function changedLeaves(before: unknown, after: unknown): string[][] {
  if (after === undefined || isDeepStrictEqual(before, after)) return [];
  const now = object.safeParse(after).data;
  if (!now) return [[]];
  const old = object.safeParse(before).data;
  return Object.keys(now).flatMap((key) =>
    changedLeaves(old?.[key], now[key]).map((path) => [key, ...path]),
  );
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => object.safeParse(inner).data?.[key], value);
}
