import { randomBytes } from "node:crypto";
import { runtime } from "@pulumi/pulumi";
import type { Context, Limit, Properties, ResourceType } from "../resources/resourceType.ts";

/** An input that cannot be used. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  /** The inputs with all that the program left to the provider. */
  readonly inputs: Properties;
  readonly problems: readonly Problem[];
}

export interface CheckArgs {
  readonly type: ResourceType;
  /** The resource's name in the program. */
  readonly name: string;
  /** The inputs of the resource that exists, if one does. */
  readonly old: Properties | undefined;
  readonly given: Properties;
}

/** Completes the inputs of a resource, and finds what is missing and what Google would refuse. */
export async function checkInputs(
  { type, name, old, given }: CheckArgs,
  context: Context,
): Promise<Checked> {
  const defaulted = {
    ...providerDefaults(type, context),
    ...type.defaults,
    ...autoName(type, name, old),
    ...given,
  };
  const inputs = (await type.complete?.(defaulted)) ?? defaulted;
  return { inputs, problems: [...missing(type, inputs), ...refused(type, inputs)] };
}

/** The project and the region: a change of the provider's own replaces what relies on it. */
function providerDefaults({ replaceOn }: ResourceType, { project, region }: Context): Properties {
  const values: Properties = { project, location: region, region };
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => replaceOn.includes(key) && value !== ""),
  );
}

/** A name once given is kept. */
function autoName(
  { autoName: maxLength, nameInput }: ResourceType,
  name: string,
  old: Properties | undefined,
): Properties {
  if (maxLength === undefined) return {};
  const suffix = `-${randomBytes(4).toString("hex").slice(0, SUFFIX_DIGITS)}`;
  return { [nameInput]: old?.[nameInput] ?? name.slice(0, maxLength - suffix.length) + suffix };
}

const SUFFIX_DIGITS = 7;

/** Whether a name is one that a resource of this name in the program is given where the program gives none. */
export function isInvented(name: string, value: unknown): boolean {
  if (typeof value !== "string" || !/-[0-9a-f]{7}$/.test(value)) return false;
  return name.startsWith(value.slice(0, -SUFFIX_DIGITS - 1));
}

function missing({ required = [] }: ResourceType, inputs: Properties): Problem[] {
  return required
    .filter((property) => inputs[property] === undefined)
    .map((property) => ({ property, reason: `'${property}' is missing.` }));
}

function refused({ limits = {} }: ResourceType, inputs: Properties): Problem[] {
  return Object.entries(limits).flatMap(([property, limit]) => {
    const value = valueAt(inputs, property.split("."));
    if (value === undefined || value === runtime.unknownValue || holds(limit, value)) return [];
    const reason = `'${property}' is ${JSON.stringify(value)}; it must be ${limit.rule}.`;
    return [{ property, reason }];
  });
}

function holds({ pattern, min = -Infinity, max = Infinity }: Limit, value: unknown): boolean {
  if (pattern) return typeof value === "string" && pattern.test(value);
  return typeof value === "number" && value >= min && value <= max;
}

function valueAt(value: unknown, [key, ...path]: readonly string[]): unknown {
  if (key === undefined) return value;
  // What is not known yet is not known further down either.
  if (typeof value !== "object" || value === null) return value;
  return valueAt((value as Properties)[key], path);
}
