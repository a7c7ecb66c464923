import { accountUses } from "../accountUses.ts";
import { cloudRunServices } from "../cloudRun.ts";
import { ACCOUNT, titleOf, type Resource } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { at, isMissing, quoted, text } from "../values.ts";

export const workerDedicatedAccount: StackRule = {
  kind: "stack",
  name: "worker-dedicated-account",
  severity: "mandatory",
  description:
    "A Cloud Run service runs as an account that this stack made for it and that nothing else uses.",
  check(resources) {
    return cloudRunServices(resources).flatMap(({ resource, serviceAccount }): Finding[] => {
      const { path, value } = serviceAccount;
      if (isMissing(value)) {
        const message = `${titleOf(resource)} has no '${path}'; make it a service account of its own.`;
        return [{ resource, message }];
      }
      const account = text(value);
      if (account === undefined) return [];
      const has = `${titleOf(resource)} has '${path}' '${account}'`;
      const others = accountUses(resources).filter(
        (use) => use.account === account && use.resource !== resource,
      );
      if (others.length > 0) {
        const users = others.map((use) => titleOf(use.resource)).join(", ");
        return [{ resource, message: `${has}, which ${users} uses too; give each its own.` }];
      }
      const own = ownAccounts(resources);
      if (own === undefined || own.includes(account)) return [];
      return [
        {
          resource,
          message: `${has}, which is no account of this stack; the stack's are ${quoted(own)}.`,
        },
      ];
    });
  },
};

/** The accounts that the stack makes; `undefined` while one of them is not known. */
function ownAccounts(resources: readonly Resource[]): string[] | undefined {
  const accounts = resources.filter(({ type }) => type === ACCOUNT);
  const emails = accounts.map(({ properties }) => text(at(properties, "email")));
  const known = emails.filter((email) => email !== undefined);
  return known.length === accounts.length ? known : undefined;
}
