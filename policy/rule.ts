import type { Resource } from "./resource.ts";

/** A rule that is broken stops the deployment, or is only told. */
export type Severity = "mandatory" | "advisory";

export type SettingValue = string | number | boolean | readonly string[];

/** What a stack may want otherwise, in its `PulumiPolicy.<stack>.json`, with its value unless it does. */
export interface Setting<Value extends SettingValue> {
  readonly description: string;
  readonly default: Value;
}

export type Settings = Readonly<Record<string, SettingValue>>;

interface RuleBase<S extends Settings> {
  /** In kebab-case; the rule's file has the same name in camelCase. */
  readonly name: string;
  readonly severity: Severity;
  /** The state that complies, as a sentence. */
  readonly description: string;
  readonly settings?: { readonly [Key in keyof S]: Setting<S[Key]> };
}

/** A rule about one resource. It is judged before the resource is made. */
export interface ResourceRule<S extends Settings = Settings> extends RuleBase<S> {
  readonly kind: "resource";
  /**
   * The types that it is about.
   *
   * @default - every type
   */
  readonly types?: readonly string[];
  /** What is wrong with the resource and how to change that: a sentence for each. */
  check(resource: Resource, settings: S): readonly string[];
}

/** A rule about resources taken together. It is judged when all of the stack's are known. */
export interface StackRule<S extends Settings = Settings> extends RuleBase<S> {
  readonly kind: "stack";
  check(resources: readonly Resource[], settings: S): readonly Finding[];
}

export type Rule = ResourceRule | StackRule;

/** What is wrong, and with which resource, if it is one. */
export interface Finding {
  readonly resource?: Resource;
  readonly message: string;
}

/** What a rule finds in one resource. */
export function checkResource(
  rule: ResourceRule,
  resource: Resource,
  settings: Settings,
): readonly string[] {
  if (rule.types && !rule.types.includes(resource.type)) return [];
  return rule.check(resource, settings);
}
