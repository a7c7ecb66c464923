import { alertPolicies } from "../alertPolicies.ts";
import { titleOf } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import { at, items, known } from "../values.ts";

export const pagesReachSomebody: StackRule = {
  kind: "stack",
  name: "pages-reach-somebody",
  severity: "mandatory",
  description:
    "Where one of a stack's alerts has a notification channel, each of severity CRITICAL has one: what cannot wait is " +
    "told no later than what can.",
  check(resources) {
    const policies = alertPolicies(resources);
    const isTold = policies.some(
      ({ properties }) => items(at(properties, "notificationChannels")).length > 0,
    );
    if (!isTold) return [];
    return policies
      .filter(
        ({ properties }) =>
          at(properties, "severity") === "CRITICAL" &&
          known(at(properties, "notificationChannels")).length === 0,
      )
      .map((policy) => ({
        resource: policy,
        message: `${titleOf(policy)} is CRITICAL and has no 'notificationChannels', which others have; set 'alerts.page'.`,
      }));
  },
};
