/**
 * The part of an answer that the `fields` parameter asks for: `services/name,nextPageToken`. The whole
 * answer where there is no such parameter, or one with brackets or stars in it, which are not emulated.
 * https://cloud.google.com/apis/docs/system-parameters
 */
export function partialResponse(answer: object, fields: string | null): object {
  if (fields === null || fields.trim() === "" || /[()*]/.test(fields)) return answer;
  return pick(
    answer,
    fields.split(",").map((path) => path.trim().split(/[/.]/)),
  );
}

function pick(value: object, paths: readonly (readonly string[])[]): object {
  if (Array.isArray(value)) return value.map((item: unknown) => pickAny(item, paths));
  const wanted = new Map<string, string[][]>();
  for (const [head = "", ...rest] of paths) {
    wanted.set(head, [...(wanted.get(head) ?? []), rest]);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => wanted.has(name))
      .map(([name, one]: [string, unknown]) => {
        const below = wanted.get(name) ?? [];
        // A path that ends here asks for all of it.
        return [name, below.some((path) => path.length === 0) ? one : pickAny(one, below)];
      }),
  );
}

function pickAny(value: unknown, paths: readonly (readonly string[])[]): unknown {
  return typeof value === "object" && value !== null ? pick(value, paths) : value;
}
