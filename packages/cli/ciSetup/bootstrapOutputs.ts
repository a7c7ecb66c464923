import { z } from "zod";
import type { Run } from "../command/program.ts";

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
  const text = await run("pulumi", ["stack", "output", "--json"], { cwd: directory });
  const read = outputs.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  const missing = [...new Set(read.error.issues.map((issue) => `'${String(issue.path[0])}'`))];
  throw new Error(
    `The bootstrap's stack has no readable output ${missing.join(", ")}. Run 'pulumi up' in '${directory}': ` +
      "docs/ci.md says how.",
  );
}
