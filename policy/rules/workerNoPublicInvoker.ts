import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { texts } from "../values.ts";

export const workerNoPublicInvoker: ResourceRule = {
  kind: "resource",
  name: "worker-no-public-invoker",
  severity: "mandatory",
  description:
    "No resource names `allUsers` or `allAuthenticatedUsers`: nothing is granted to everybody.",
  check(resource) {
    if (!resource.type.startsWith("gcp:")) return [];
    return texts(resource.properties).flatMap(({ path, value }) => {
      const everybody = EVERYBODY.exec(value)?.[1];
      if (everybody === undefined) return [];
      return [
        `${titleOf(resource)} names '${everybody}' in '${path.join(".")}'; name the accounts that need it ` +
          "instead.",
      ];
    });
  },
};

/** As a member, in a list of access (`READER:allUsers`), and within a policy as JSON. */
const EVERYBODY = /(?:^|[:"])(allUsers|allAuthenticatedUsers)(?:"|$)/;
