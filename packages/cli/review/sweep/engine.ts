import { z } from "zod";
import { runProgram, type Run } from "../../command/program.ts";
import type { KnownStack } from "./stacksToDestroy.ts";

/** What a sweep asks of Pulumi. */
export interface Engine {
  stacks(): Promise<KnownStack[]>;
  /** Deletes the stack's resources, and then the stack. */
  destroy(stack: string): Promise<void>;
  /** What the state still holds of a stack: `Queue projects/p/…`. */
  leftOvers(stack: string): Promise<string[]>;
}

/** Pulumi's CLI, against the backend that it is logged in to. */
export function pulumiEngine(run: Run = runProgram): Engine {
  const pulumi = (...args: readonly string[]): Promise<string> =>
    run("pulumi", [...args, "--non-interactive"]);
  return {
    async stacks() {
      const listed = stackList.parse(JSON.parse(await pulumi("stack", "ls", "--json")));
      return listed.map(({ name, lastUpdate }) => ({
        // A backend of one's own puts the organization and the project before it.
        name: name.slice(name.lastIndexOf("/") + 1),
        ...(lastUpdate !== undefined && { lastUpdate: new Date(lastUpdate) }),
      }));
    },
    async destroy(stack) {
      // A run that was cancelled leaves its lock; there is nobody else who deploys this stack.
      await pulumi("cancel", "--yes", "--stack", stack);
      // Its settings are in the state; the file of them was made by the run that deployed it, and is gone.
      await pulumi("destroy", "--yes", "--skip-preview", "--stack", stack);
      await pulumi("stack", "rm", "--yes", "--stack", stack);
    },
    async leftOvers(stack) {
      const exported = await pulumi("stack", "export", "--stack", stack);
      const { resources } = deployment.parse(JSON.parse(exported)).deployment;
      return resources
        .filter(({ custom, type }) => custom === true && !type.startsWith("pulumi:"))
        .map(({ type, id }) => `${type.slice(type.lastIndexOf(":") + 1)} ${id ?? ""}`);
    },
  };
}

const stackList = z.array(z.object({ name: z.string(), lastUpdate: z.string().optional() }));

const deployment = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({ type: z.string(), id: z.string().optional(), custom: z.boolean().optional() }),
      )
      .default([]),
  }),
});
