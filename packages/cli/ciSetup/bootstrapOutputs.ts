import { z } from "zod";
import { MissingProgram, type Run } from "../command/program.ts";

const outputs = z.object({
  /** Owner and name. */
  repository: z.string(),
  workloadIdentityProvider: z.string(),
  githubVariables: z.record(z.string(), z.record(z.string(), z.string())),
  githubEnvironments: z.record(
    z.string(),
    z.object({ isMainOnly: z.boolean(), isReviewed: z.boolean() }),
  ),
});

/** What the bootstrap's stack says of GitHub. */
export type BootstrapOutputs = z.output<typeof outputs>;

/** The outputs of the stack that is selected in the bootstrap's folder. */
export async function bootstrapOutputs(directory: string, run: Run): Promise<BootstrapOutputs> {
  const read = outputs.safeParse(JSON.parse(await askPulumi(directory, run)));
  if (read.success) return read.data;
  const missing = [...new Set(read.error.issues.map((issue) => `'${String(issue.path[0])}'`))];
  throw new Error(
    `The bootstrap's stack has no readable output ${missing.join(", ")}. Run 'pulumi up' in '${directory}': ` +
      "docs/ci.md says how.",
  );
}

async function askPulumi(directory: string, run: Run): Promise<string> {
  try {
    return await run("pulumi", ["stack", "output", "--json"], { cwd: directory });
  } catch (error) {
    if (error instanceof MissingProgram) throw error;
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new Error(
      `The outputs of the bootstrap's stack in '${directory}' cannot be read. ${adviceOn(reason, directory)}`,
      { cause: error },
    );
  }
}

/** What to do about what Pulumi says; its own words where there are no better ones. */
function adviceOn(reason: string, directory: string): string {
  for (const [said, advice] of ADVICE) {
    const found = said.exec(reason);
    if (found) return advice(directory, found[1] ?? "");
  }
  return `docs/ci.md says how they are made.\n${reason}`;
}

/** What Pulumi says, and what to do about it in a folder; `name` is what the group of the expression has found. */
const ADVICE: readonly (readonly [RegExp, (directory: string, name: string) => string])[] = [
  [
    /PULUMI_ACCESS_TOKEN must be set|invalid access token|not logged in/i,
    (directory) =>
      "The Pulumi CLI is not logged in: run 'pulumi login <backend>', with the backend that the bootstrap's " +
      `state is in, then 'pulumi stack select <stack>' in '${directory}' (docs/ci.md).`,
  ],
  [
    /no stack selected/i,
    (directory) =>
      `No stack is selected there: run 'pulumi stack select <stack>' in '${directory}'. Where there is none, an ` +
      "owner makes it first (docs/ci.md).",
  ],
  [
    /no stack named '([^']*)'/i,
    (directory, name) =>
      `The stack selected there, '${name}', is not in the backend that the Pulumi CLI is logged in to: run ` +
      `'pulumi stack select <stack>' in '${directory}', or 'pulumi login <backend>' first (docs/ci.md).`,
  ],
  [
    /There is no folder/i,
    () => "There is no such folder: name the bootstrap's with '--bootstrap <folder>'.",
  ],
  [
    /no Pulumi\.yaml/i,
    () => "It is no folder of a Pulumi project: name the bootstrap's with '--bootstrap <folder>'.",
  ],
];
