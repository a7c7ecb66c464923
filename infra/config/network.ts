import { z } from "zod";
import type { NetworkSettings } from "../../tasks/contract/contract.ts";
import type { Place } from "./places.ts";
import { quote } from "./problems.ts";
import * as rules from "./rules.ts";

const NAME = "[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?";
const PROJECT = "projects/[a-z0-9:.-]+";

/** Where a worker sends into. https://cloud.google.com/run/docs/configuring/vpc-direct-vpc */
export const network = rules
  .group({
    network: rules
      .text(
        "it must be a network's name, or 'projects/<host project>/global/networks/<network>' of a Shared VPC",
        new RegExp(`^(?:${PROJECT}/global/networks/)?${NAME}$`),
      )
      .optional(),
    subnetwork: rules
      .text(
        "it must be a subnetwork's name, or 'projects/<host project>/regions/<region>/subnetworks/<subnetwork>' " +
          "of a Shared VPC",
        new RegExp(`^(?:${PROJECT}/regions/[a-z0-9-]+/subnetworks/)?${NAME}$`),
      )
      .optional(),
    tags: z
      .array(
        rules.text(
          "a network tag has up to 63 lower-case letters, digits and '-', the first a letter",
          new RegExp(`^${NAME}$`),
        ),
        { error: "it must be a list of network tags" },
      )
      .optional(),
    egress: z
      .enum(["PRIVATE_RANGES_ONLY", "ALL_TRAFFIC"], {
        error: "Cloud Run allows 'PRIVATE_RANGES_ONLY' and 'ALL_TRAFFIC'",
      })
      .optional(),
  })
  .refine((given) => given.network !== undefined || given.subnetwork !== undefined, {
    error: "it must name a 'network' or a 'subnetwork'",
    // Whatever else is wrong with it.
    when: ({ value }) => value instanceof Object && !Array.isArray(value),
  });

/** The connection names of the Cloud SQL instances whose sockets a worker has, below `/cloudsql`. */
export const cloudSqlInstances = z
  .array(
    rules.text(
      "it must be the connection name of an instance, '<project>:<region>:<instance>'",
      /^[a-z][a-z0-9:.-]*:[a-z0-9-]+:[a-z][a-z0-9-]*$/,
    ),
    { error: "it must be a list of connection names, '<project>:<region>:<instance>'" },
  )
  .refine((names) => new Set(names).size === names.length, {
    error: "each instance may be named once",
  });

/** What is wrong with a subnetwork: one of another region than the stack's, or of another project than its network. */
export function checkSubnetwork(
  place: Place,
  { project, region }: { project: string; region: string },
  { network: inNetwork, subnetwork }: NetworkSettings,
): string[] {
  if (subnetwork === undefined) return [];
  const is = `${place(["network", "subnetwork"])} is ${quote(subnetwork)};`;
  const there = /\/regions\/([^/]+)\//.exec(subnetwork)?.[1];
  const host = projectOf(inNetwork) ?? project;
  return [
    ...(there === undefined || there === region
      ? []
      : [
          `${is} the stack is in '${region}', and a worker gets its addresses from a subnetwork of its own region.`,
        ]),
    ...(inNetwork === undefined || (projectOf(subnetwork) ?? project) === host
      ? []
      : [
          `${is} its network ${quote(inNetwork)} is of project '${host}', and it must be, too: ` +
            `'projects/${host}/regions/${region}/subnetworks/<subnetwork>'.`,
        ]),
  ];
}

/** The project that is named in a network or subnetwork; none where it is the stack's own. */
function projectOf(name = ""): string | undefined {
  return /^projects\/([^/]+)\//.exec(name)?.[1];
}
