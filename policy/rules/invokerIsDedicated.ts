import { accountUses, invokerAccounts } from "../accountUses.ts";
import { grantsOf, memberOf } from "../grants.ts";
import { QUEUE, titleOf } from "../resource.ts";
import type { StackRule } from "../rule.ts";

export const invokerIsDedicated: StackRule = {
  kind: "stack",
  name: "invoker-is-dedicated",
  severity: "mandatory",
  description:
    "The account that tasks are sent as has the role `roles/run.invoker` and no other, and no use but that.",
  check(resources) {
    const invokers = [...(invokerAccounts(resources) ?? [])];
    const members = invokers.map(memberOf);
    const otherUses = accountUses(resources).filter(
      ({ resource, account }) => invokers.includes(account) && resource.type !== QUEUE,
    );
    const otherRoles = resources
      .flatMap(grantsOf)
      .filter(
        ({ role, member }) =>
          role !== undefined && role !== INVOKER && members.includes(String(member)),
      );
    return [
      ...otherUses.map(({ resource, property, account }) => ({
        resource,
        message:
          `${titleOf(resource)} has '${property}' '${account}', the account that tasks are sent as; give it ` +
          "an account of its own.",
      })),
      ...otherRoles.map(({ resource, role, member }) => ({
        resource,
        message:
          `${titleOf(resource)} gives '${String(role)}' to '${String(member)}', the account that tasks are ` +
          `sent as; it may have '${INVOKER}' alone.`,
      })),
    ];
  },
};

const INVOKER = "roles/run.invoker";
