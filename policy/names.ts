import { ACCOUNT, QUEUE, SECRET, SERVICE, SERVICE_V1, UNKNOWN, type Resource } from "./resource.ts";
import { at, isMissing, text } from "./values.ts";

/*
 * Resources refer to each other by what they are called in the cloud. Whether a name is that of a resource is
 * yes or no, or `undefined` where one of both is not known yet.
 */

/** The parts of a name such as `projects/p/locations/l/queues/q`, or of `q` alone. */
interface Name {
  readonly project?: unknown;
  readonly location?: unknown;
  readonly id: unknown;
}

/** Whether `name` is that of the resource. A short name is looked for in the place that goes with it. */
export function isNamed(
  resource: Resource,
  name: unknown,
  place: Pick<Name, "project" | "location"> = {},
): boolean | undefined {
  if (name === UNKNOWN) return undefined;
  const given = { ...place, ...parse(text(name) ?? "") };
  return and(
    isSame(ownName(resource).id, given.id),
    isSamePlace(ownName(resource).project, given.project),
    isSamePlace(ownName(resource).location, given.location),
  );
}

/** Which of these the name is of; `undefined` if it is of none, `UNKNOWN` if that is not known yet. */
export function findNamed(
  resources: readonly Resource[],
  name: unknown,
  place?: Pick<Name, "project" | "location">,
): Resource | typeof UNKNOWN | undefined {
  const answers = resources.map((resource) => isNamed(resource, name, place));
  const found = resources.find((_, i) => answers[i] === true);
  return found ?? (answers.includes(undefined) ? UNKNOWN : undefined);
}

/** Where the last part of a resource's name is written. */
const IDS: Readonly<Record<string, string>> = {
  [ACCOUNT]: "email",
  [QUEUE]: "name",
  [SECRET]: "secretId",
  [SERVICE]: "name",
  [SERVICE_V1]: "name",
};

function ownName({ type, properties }: Resource): Name {
  const id = at(properties, IDS[type] ?? "name");
  return {
    project: at(properties, "project"),
    location: at(properties, "location"),
    id: typeof id === "string" ? id.split("/").at(-1) : id,
  };
}

function parse(name: string): Name {
  if (!name.startsWith("projects/")) return { id: name };
  const id = name.split("/").at(-1);
  const [, project] = /^projects\/([^/]+)\//.exec(name) ?? [];
  const [, location] = /\/locations\/([^/]+)\//.exec(name) ?? [];
  return {
    // '-' stands for the project of an account.
    ...(project !== undefined && project !== "-" && { project }),
    ...(location !== undefined && { location }),
    id,
  };
}

function isSame(own: unknown, given: unknown): boolean | undefined {
  if (own === UNKNOWN || given === UNKNOWN) return undefined;
  return !isMissing(own) && own === given;
}

/** What is not said is what the provider adds to both. */
function isSamePlace(own: unknown, given: unknown): boolean | undefined {
  return isMissing(own) || isMissing(given) ? true : isSame(own, given);
}

function and(...answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}
