import { settingsOf, type PolicyConfig } from "./policyConfig.ts";
import { titleOf, type Resource } from "./resource.ts";
import { checkResource, type Finding, type Rule, type Severity } from "./rule.ts";
import { rules as allRules } from "./rules/index.ts";

/** A rule that a stack breaks. */
export interface Violation {
  readonly rule: string;
  readonly severity: Severity;
  /** The resource, such as `Queue 'email'`, if it is one. */
  readonly resource?: string;
  readonly message: string;
}

/** Judges all resources of a stack by the stack's configuration, without the engine. */
export function evaluate(
  resources: readonly Resource[],
  config: PolicyConfig,
  rules: readonly Rule[] = allRules,
): Violation[] {
  return rules.flatMap((rule) =>
    findings(rule, resources, config).map(({ resource, message }) => ({
      rule: rule.name,
      severity: rule.severity,
      ...(resource && { resource: titleOf(resource) }),
      message,
    })),
  );
}

function findings(
  rule: Rule,
  resources: readonly Resource[],
  config: PolicyConfig,
): readonly Finding[] {
  const settings = settingsOf(rule, config);
  if (rule.kind === "stack") return rule.check(resources, settings);
  return resources.flatMap((resource) =>
    checkResource(rule, resource, settings).map((message) => ({ resource, message })),
  );
}
