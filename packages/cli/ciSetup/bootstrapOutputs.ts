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
    const next =
      ADVICE.find(([on]) => on.test(reason))?.[1] ?? (() => "docs/ci.md says how they are made.");
    throw new Error(
      `The outputs of the bootstrap's stack in '${directory}' cannot be read. ${next(directory)}\n${reason}`,
      { cause: error },
    );
  }
}

/** What to do about what Pulumi says. */
const ADVICE: readonly (readonly [RegExp, (directory: string) => string])[] = [
  [
    /PULUMI_ACCESS_TOKEN must be set|invalid access token|not logged in/i,
    (directory) =>
      "The Pulumi CLI is not logged in: run 'pulumi login <backend>', with the backend that the bootstrap's " +
      `state is in, then 'pulumi stack select <stack>' in '${directory}' (docs/ci.md).`,
  ],
  [
    /no stack selected|no stack named/i,
    (directory) =>
      `No stack is selected there: run 'pulumi stack select <stack>' in '${directory}'. Where there is none, an ` +
      "owner makes it first (docs/ci.md).",
  ],
  [
    /no Pulumi\.yaml|There is no folder/i,
    () => "It is no folder of a Pulumi project: name the bootstrap's with '--bootstrap <folder>'.",
  ],
];
