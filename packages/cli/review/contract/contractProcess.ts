import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Agreement, JsonSchema } from "./contract.ts";
import type { ContractReply } from "./readContract.ts";

// The process that reads the tasks of a checkout, its working directory: what it imports is that checkout's.

const taskModule = z.object({
  tasks: z.record(z.string(), z.object({ queue: z.string(), payload: z.unknown() })),
});

async function read(): Promise<ContractReply> {
  try {
    const { tasks } = taskModule.parse(await import(pathToFileURL(resolve("tasks/tasks.ts")).href));
    const agreements = Object.entries(tasks).map(
      ([name, { queue, payload }]): [string, Agreement] => [
        name,
        { queue, schema: schemaOf(payload) },
      ],
    );
    return { contract: Object.fromEntries(agreements) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function schemaOf(payload: unknown): JsonSchema {
  // A checkout's own schema, which the compiler has not seen.
  return z.toJSONSchema(payload as z.ZodType, { io: "input", unrepresentable: "any" });
}

process.once("message", () => {
  void read().then((reply) => {
    process.send?.(reply, () => {
      process.disconnect();
    });
  });
});
