import { SERVICE, titleOf, UNKNOWN, type Resource } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, known, text } from "../values.ts";

export const networksListed: ResourceRule<{ networks: readonly string[] }> = {
  kind: "resource",
  name: "networks-listed",
  severity: "mandatory",
  description:
    "A service sends into no network of another project but those that the stack's configuration names.",
  settings: {
    networks: {
      description:
        "Networks, subnetworks and connectors by full name, or what they begin with, such as `projects/net-host/*`.",
      default: [],
    },
  },
  types: [SERVICE],
  check(resource, { networks }) {
    const access = at(resource.properties, "template", "vpcAccess");
    const own = projectOf(resource);
    if (own === UNKNOWN) return [];
    const names = [
      at(access, "connector"),
      ...known(at(access, "networkInterfaces")).flatMap((one) => [
        at(one, "network"),
        at(one, "subnetwork"),
      ]),
    ].flatMap((name) => text(name) ?? []);
    return names
      .filter((name) => {
        const project = /(?:^|\/)projects\/([^/]+)\//.exec(name)?.[1];
        const isOwn = project === undefined || project === own;
        return !isOwn && !networks.some((one) => isListed(name, one));
      })
      .map(
        (name) =>
          `${titleOf(resource)} sends into '${name}', which is another project's; if that is what you want, add it to ` +
          "'networks' of 'networks-listed' in PulumiPolicy.<stack>.json.",
      );
  },
};

/** The service's project, or where none is said that of the account it runs as. */
function projectOf({ properties }: Resource): unknown {
  const project = at(properties, "project");
  if (project !== undefined) return project;
  const account = at(properties, "template", "serviceAccount");
  if (account === UNKNOWN) return UNKNOWN;
  return /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(text(account) ?? "")?.[1];
}

function isListed(name: string, listed: string): boolean {
  return listed.endsWith("*") ? name.startsWith(listed.slice(0, -1)) : name === listed;
}
