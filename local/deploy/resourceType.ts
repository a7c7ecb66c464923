import type { Api } from "./api.ts";

/** The properties of a resource, as Pulumi names them. */
export type Properties = Readonly<Record<string, unknown>>;

/** What a resource type needs of its surroundings. */
export interface Context {
  readonly api: Api;
  /** The provider's defaults, `gcp:project` and `gcp:region`. */
  readonly project: string;
  readonly region: string;
}

/** A resource that exists. */
export interface Deployed {
  readonly id: string;
  readonly inputs: Properties;
  /** Inputs and what Google adds to them. */
  readonly outputs: Properties;
}

/** How resources of one type become calls of Google's API. */
export interface ResourceType {
  /** The inputs that cannot change in place: a new value makes a new resource. */
  readonly replaceOn: readonly string[];
  /** The input that is the resource's name in the cloud: two of one name cannot stand side by side. */
  readonly nameInput: string;
  create(inputs: Properties, context: Context): Promise<Omit<Deployed, "inputs">>;
  /** Returns the new outputs. Absent where every input is in `replaceOn`. */
  update?(old: Deployed, inputs: Properties, context: Context): Promise<Properties>;
  delete(deployed: Deployed, context: Context): Promise<void>;
}

/** The text in that property. */
export function text(properties: Properties, name: string, fallback?: string): string {
  const value = properties[name] ?? fallback;
  if (typeof value === "string") return value;
  throw new Error(`'${name}' is ${JSON.stringify(value)}; it must be text.`);
}

/** The project of a resource: its own, else the provider's. */
export function projectOf(inputs: Properties, { project }: Context): string {
  return `projects/${text(inputs, "project", project)}`;
}

/** The location of a resource: its own, else the provider's region. */
export function locationOf(
  inputs: Properties,
  context: Context,
  key: "location" | "region" = "location",
): string {
  return `${projectOf(inputs, context)}/locations/${text(inputs, key, context.region)}`;
}

/** `properties` without those that are not Google's but Pulumi's or the path's. */
export function without(properties: Properties, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
