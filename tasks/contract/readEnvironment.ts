import * as z from "zod";
import { endpointProblem, readEndpoint } from "./endpoint.ts";
import { queueTableSchema, workerShareSchema } from "./environment.ts";
import { issueWords } from "./issueWords.ts";

const IN_WORDS = { error: issueWords(() => "it is not known") };

/** The environment, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads variables from the environment. Throws one error that names all that are missing (an empty one
 * is) or invalid.
 */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment,
  advice: string,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  // Read once: to compile the schema, as zod does, takes longer.
  const result = z.safeParse(schema, given, { jitless: true, ...IN_WORDS });
  if (result.success) return result.data;

  const { issues } = result.error;
  const missing = issues.filter(({ path: [name = ""] }) => given[String(name)] === undefined);
  const sentences = issues
    .filter((issue) => !missing.includes(issue))
    .map(({ path, message }) => `'${path.join(".")}': ${message}.`);
  if (missing.length > 0) {
    const names = missing.map(({ path }) => `'${path.join(".")}'`).join(", ");
    sentences.unshift(`Missing environment variables: ${names}.`);
  }
  throw new Error([...sentences, advice].join(" "));
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    context.addIssue(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
    return z.NEVER;
  }
});

/** `TASKS_QUEUES`: the deployed queues, as JSON. */
export const queuesVariable = json.pipe(queueTableSchema);

/** `TASKS_WORKER`: what one of several workers is given, as JSON. */
export const workerVariable = json.pipe(workerShareSchema);

/** `TASKS_ENDPOINT`: an address of the Cloud Tasks API. */
export const endpointVariable = z.string().refine((text) => readEndpoint(text) !== undefined, {
  error: ({ input }) => endpointProblem(String(input)),
});
