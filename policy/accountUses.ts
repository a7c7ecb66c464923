import type { Resource } from "./resource.ts";
import { at, text, texts } from "./values.ts";
import { sendingQueues } from "./workers.ts";

/** A resource that acts as a service account: it runs as it, or sends its token. */
export interface AccountUse {
  readonly resource: Resource;
  /** The property that names the account. */
  readonly property: string;
  readonly account: string;
}

/** Every use of a service account. One whose account is not known yet is left out. */
export function accountUses(resources: readonly Resource[]): AccountUse[] {
  return resources.flatMap((resource) =>
    texts(resource.properties)
      .map(({ path, value }) => ({ resource, property: path.join("."), account: value }))
      .filter(({ property }) => NAMES_ACCOUNT.test(property)),
  );
}

/** The accounts that the queues send their tasks as; `undefined` while one of them is not known. */
export function invokerAccounts(resources: readonly Resource[]): Set<string> | undefined {
  const accounts = sendingQueues(resources)
    .map(({ properties }) => at(properties, "httpTarget", "oidcToken", "serviceAccountEmail"))
    .filter((account) => account !== undefined);
  const known = accounts.map(text).filter((account) => account !== undefined);
  return known.length === accounts.length ? new Set(known) : undefined;
}

/** `template.serviceAccount`, `httpTarget.oidcToken.serviceAccountEmail`, a virtual machine's `serviceAccount.email`. */
const NAMES_ACCOUNT = /(?:^|\.)serviceAccount(?:Email|Name|\.email)?$/;
