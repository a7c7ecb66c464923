/**
 * The part of an answer that the `fields` parameter asks for: `services/name,nextPageToken`. The whole
 * answer where there is no such parameter, or one with brackets or stars in it, which are not emulated.
 * https://cloud.google.com/apis/docs/system-parameters
 */
export function partialResponse(answer: object, fields: string | null): object {
  if (fields === null || fields.trim() === "" || /[()*]/.test(fields)) return answer;
  const asked: Asked = { isWhole: false, below: new Map() };
  for (const path of fields.split(",")) add(asked, path.trim().split(/[/.]/));
  return pick(answer, asked);
}

/** What is asked for of a value: all of it, or some of what is below it, by name. */
interface Asked {
  isWhole: boolean;
  readonly below: Map<string, Asked>;
}

function add(asked: Asked, path: readonly string[]): void {
  let place = asked;
  for (const name of path) {
    const next = place.below.get(name) ?? { isWhole: false, below: new Map() };
    place.below.set(name, next);
    place = next;
  }
  place.isWhole = true;
}

function pick(value: object, asked: Asked): object {
  if (Array.isArray(value)) return value.map((item: unknown) => pickAny(item, asked));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]: [string, unknown]) => {
      const wanted = asked.below.get(name);
      return wanted ? [[name, wanted.isWhole ? one : pickAny(one, wanted)]] : [];
    }),
  );
}

function pickAny(value: unknown, asked: Asked): unknown {
  return typeof value === "object" && value !== null ? pick(value, asked) : value;
}
