import * as z from "zod";

/** The smaller of Google's two documented limits on a task. https://cloud.google.com/tasks/docs/quotas */
const MAX_BYTES = 100_000;

/** A task's payload as JSON. Throws where it is too large, or where what arrives would not fit the schema. */
export function serializePayload(task: string, schema: z.ZodType, payload: unknown): string {
  const json = stringify(task, payload);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_BYTES) {
    throw new Error(
      `Payload of task '${task}' is ${bytes} bytes of JSON; the limit is ${MAX_BYTES} (100 KB). ` +
        `Store it elsewhere and enqueue a reference.`,
    );
  }
  readPayload(task, schema, json);
  return json;
}

/** A task's payload from JSON. Throws one error with every problem, each naming its field. */
export function readPayload<Schema extends z.ZodType>(
  task: string,
  schema: Schema,
  json: string,
): z.output<Schema> {
  const { success, data, error } = z.safeParse(schema, parseJson(task, json));
  if (success) return data;
  throw new Error(`Payload of task '${task}' does not fit its schema: ${describe(error)}.`);
}

function stringify(task: string, payload: unknown): string {
  let cause;
  try {
    // `undefined` and functions have no JSON, whatever the declared type says.
    const json: unknown = JSON.stringify(payload);
    if (typeof json === "string") return json;
  } catch (error) {
    cause = error;
  }
  const reason = cause instanceof Error ? `: ${cause.message}` : ".";
  throw new Error(`Payload of task '${task}' cannot be written as JSON${reason}`, { cause });
}

function parseJson(task: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Error(`Payload of task '${task}' is not JSON.`, { cause });
  }
}

function describe({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => (path.length === 0 ? message : `'${path.join(".")}': ${message}`))
    .join("; ");
}
