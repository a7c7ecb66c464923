import { UNKNOWN, type Resource } from "./resource.ts";
import { at, isMapping, texts } from "./values.ts";

export const ALERT_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";

/** A stack's alert policies that are on. */
export function alertPolicies(resources: readonly Resource[]): Resource[] {
  return resources.filter(
    ({ type, properties }) => type === ALERT_POLICY && at(properties, "enabled") !== false,
  );
}

/** What alert policies ask: every text of their conditions; `undefined` while one of these is not known. */
export function questionsOf(policies: readonly Resource[]): string[] | undefined {
  const conditions = policies.map(({ properties }) => at(properties, "conditions"));
  return conditions.some(hasUnknown)
    ? undefined
    : conditions.flatMap((one) => texts(one).map(({ value }) => value));
}

function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isMapping(value) && Object.values(value).some(hasUnknown);
}
