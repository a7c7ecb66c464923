import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/** The commands in a section of a document, one a line, as somebody types them: without what explains them. */
export function commandsIn(file: string, section: string): string[] {
  return blocksIn(readFileSync(file, "utf8"), section).flatMap((block) =>
    block
      .replace(/\\\n\s*/g, "")
      .split("\n")
      .map((line) => line.replace(/(^|\s+)#\s.*$/, "").trim())
      .filter((line) => line !== ""),
  );
}

/** The shell's blocks between a heading and the next one, of whatever level. */
function blocksIn(text: string, section: string): string[] {
  const blocks: string[] = [];
  let isInSection = false;
  let block: string[] | undefined;
  for (const line of text.split("\n")) {
    if (block && line === "```") {
      if (isInSection) blocks.push(block.join("\n"));
      block = undefined;
    } else if (block) {
      block.push(line);
    } else if (line.startsWith("```")) {
      block = [];
    } else if (/^#+ /.test(line)) {
      isInSection = line.replace(/^#+ /, "") === section;
    }
  }
  return blocks;
}

/** A step of a workflow that is a script. */
export interface Script {
  readonly run: string;
  /** The job's variables and the step's. */
  readonly environment: Readonly<Record<string, string>>;
}

const variables = z.record(z.string(), z.string()).default({});
const workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      env: variables,
      steps: z.array(z.object({ run: z.string().optional(), env: variables })),
    }),
  ),
});

/** The scripts of a job on GitHub. `values` are those of its expressions, `${{ vars.NAME }}`. */
export function scriptsOf(
  file: string,
  job: string,
  values: Readonly<Record<string, string>>,
): Script[] {
  const found = workflow.parse(parse(readFileSync(file, "utf8"))).jobs[job];
  if (!found) throw new Error(`'${file}' has no job '${job}'.`);
  const valueOf = (text: string): string =>
    text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
      const value = values[expression];
      if (value !== undefined) return value;
      throw new Error(`'${file}' uses '${expression}', which this test gives no value.`);
    });
  return found.steps.flatMap(({ run, env }) => {
    if (run === undefined) return [];
    const given = Object.entries({ ...found.env, ...env });
    const environment = Object.fromEntries(given.map(([name, text]) => [name, valueOf(text)]));
    return [{ run: valueOf(run), environment }];
  });
}

/**
 * What a document or a workflow says, and what is run in its place. Beside these, a terminal answers every question
 * with yes, keeps state in a folder, and reaches a local cloud where a script asks for Google (terminal.ts).
 */
const STAND_INS: readonly (readonly [said: string | RegExp, run: string])[] = [
  // The one project of a local cloud.
  ["my-project", "local-project"],
  [/\bocto-(dev|prod)\b/g, "local-project"],
  // A folder for a bucket, and a passphrase for a key.
  [/gs:\/\/octo-ci-\S+/, '"$PULUMI_BACKEND_URL"'],
  [/gcpkms:\/\/\S+/, "passphrase"],
];

/** A command as it is run here. */
export function asRunHere(command: string): string {
  return STAND_INS.reduce((text, [said, run]) => text.replace(said, run), command);
}
