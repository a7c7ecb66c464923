import { grantsOf } from "../grants.ts";
import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { texts } from "../values.ts";

export const workerNoPublicInvoker: ResourceRule = {
  kind: "resource",
  name: "worker-no-public-invoker",
  severity: "mandatory",
  description:
    "No resource names `allUsers` or `allAuthenticatedUsers`, and no grant is to a domain or to whoever has a role on " +
    "the project: nothing is granted to everybody.",
  check(resource) {
    if (!resource.type.startsWith("gcp:")) return [];
    const named = texts(resource.properties).flatMap(({ path, value }) => {
      const everybody = EVERYBODY.exec(value)?.[1];
      if (everybody === undefined) return [];
      return [
        `${titleOf(resource)} names '${everybody}' in '${path.join(".")}'; name the accounts that need it ` +
          "instead.",
      ];
    });
    const groups = grantsOf(resource)
      .filter(({ member }) => member !== undefined && MANY.test(member))
      .map(
        ({ role, member }) =>
          `${titleOf(resource)} gives '${role ?? "a role"}' to '${String(member)}', whoever that may be; name the ` +
          "accounts that need it instead.",
      );
    return [...named, ...groups];
  },
};

/** As a member, in a list of access (`READER:allUsers`), and within a policy as JSON; Google takes any case. */
const EVERYBODY =
  /(?:^|[:"])(allUsers|allAuthenticatedUsers|principalSet:\/\/goog\/public:\w+)(?:"|$)/i;

const MANY = /^(?:domain|project(?:Owner|Editor|Viewer)):/i;
