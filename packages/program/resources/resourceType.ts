import type { Api } from "./api.ts";

/** The properties of a resource, as Pulumi names them. */
export type Properties = Readonly<Record<string, unknown>>;

/** What a resource type needs of its surroundings. */
export interface Context {
  readonly api: Api;
  /** The provider's defaults, `gcp:project` and `gcp:region`. */
  readonly project: string;
  readonly region: string;
  /**
   * Resolves after so many milliseconds.
   *
   * @default - by the machine's clock
   */
  readonly pause?: (ms: number) => Promise<void>;
  /**
   * Draws the bytes of a random id with these inputs.
   *
   * @default - by chance
   */
  readonly draw?: (inputs: Properties, length: number) => Buffer;
  /** Images for a registry on this machine are built and pushed, where a Docker engine runs. */
  readonly usesDocker?: boolean;
}

/** A resource that exists. */
export interface Deployed {
  readonly id: string;
  readonly inputs: Properties;
  /** Inputs and what Google adds to them. */
  readonly outputs: Properties;
}

/** A resource as it is in the cloud, in Pulumi's words. */
export interface Live {
  /** What inputs can set, as it is now. */
  readonly settable: Properties;
  /** What only Google sets. */
  readonly computed: Properties;
}

/** What an input may be. */
export interface Limit {
  readonly pattern?: RegExp;
  readonly min?: number;
  readonly max?: number;
  /** The rule in words, as it follows 'it must be'. */
  readonly rule: string;
}

/** How resources of one type become calls of Google's API. */
export interface ResourceType {
  /** The inputs that cannot change in place: a new value makes a new resource. */
  readonly replaceOn: readonly string[];
  /** The input that is the resource's name in the cloud: two of one name cannot stand side by side. */
  readonly nameInput: string;
  /** How long the name may be that a resource is given where the program gives none. */
  readonly autoName?: number;
  /**
   * The input that the real provider makes up where the program gives none. Where the program gives it, the
   * provider deletes before it replaces, whatever has changed (google-cloud.md 11.3).
   */
  readonly inventedName?: string;
  /** The inputs that a program must give. */
  readonly required?: readonly string[];
  /** The provider's own values of inputs that a program leaves out. */
  readonly defaults?: Properties;
  /** Inputs that the provider keeps to itself: Google never sees them. */
  readonly clientOnly?: readonly string[];
  /** What Google would refuse, by the path of the input. */
  readonly limits?: Readonly<Record<string, Limit>>;
  /** Outputs that an update makes anew: a preview cannot know them. */
  readonly recomputed?: readonly string[];
  /** Inputs with what they stand for, such as the bytes of a file: a change of that is a change too. */
  complete?(inputs: Properties): Promise<Properties>;
  /** The id that a resource with these inputs has or will have. Absent where Google chooses it. */
  idOf?(inputs: Properties, context: Pick<Context, "project" | "region">): string;
  create(inputs: Properties, context: Context): Promise<Omit<Deployed, "inputs">>;
  /**
   * The resource as it is now; `undefined`, or 404 of the API, where it is gone. Absent where it exists only
   * in the state. `deployed` is all that is known of it: the id alone when it is imported.
   */
  read?(deployed: Deployed, context: Context): Promise<Live | undefined>;
  /** Returns the new outputs. Absent where every input is in `replaceOn`. Of `old`, the id may be all that is known. */
  update?(old: Deployed, inputs: Properties, context: Context): Promise<Properties>;
  delete(deployed: Deployed, context: Context): Promise<void>;
}

/** The outputs of a resource that was made or changed with these inputs. */
export function outputsOf(inputs: Properties, { settable, computed }: Live): Properties {
  return { ...inputs, ...settable, ...computed };
}

/** Whether nothing is known of a resource but its id: nobody heard what its creation came to. */
export function isUnknown({ outputs }: Deployed): boolean {
  return Object.keys(outputs).length === 0;
}

/** What an id such as `projects/p/locations/l/queues/q` says. */
export function partsOf(id: string): { project: string; location: string; name: string } {
  const parts = id.split("/");
  const after = (key: string): string => parts[parts.indexOf(key) + 1] ?? "";
  return { project: after("projects"), location: after("locations"), name: parts.at(-1) ?? "" };
}

/** Those of `properties` that are named and are there. */
export function pick(properties: Properties, ...names: readonly string[]): Properties {
  return Object.fromEntries(
    names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]),
  );
}

/** The text in that property. */
export function text(properties: Properties, name: string, fallback?: string): string {
  const value = properties[name] ?? fallback;
  if (typeof value === "string") return value;
  throw new Error(`'${name}' is ${JSON.stringify(value)}; it must be text.`);
}

/** The project of a resource: its own, else the provider's. */
export function projectOf(inputs: Properties, { project }: Pick<Context, "project">): string {
  return `projects/${text(inputs, "project", project)}`;
}

/** The location of a resource: its own, else the provider's region. */
export function locationOf(
  inputs: Properties,
  context: Pick<Context, "project" | "region">,
  key: "location" | "region" = "location",
): string {
  return `${projectOf(inputs, context)}/locations/${text(inputs, key, context.region)}`;
}

/** `properties` without those that are not Google's but Pulumi's or the path's. */
export function without(properties: Properties, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
