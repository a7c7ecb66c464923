import { z } from "zod";
import type { NetworkSettings } from "../../tasks/contract/contract.ts";
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
  });

/** The connection names of the Cloud SQL instances whose sockets a worker has, below `/cloudsql`. */
export const cloudSqlInstances = z.array(
  rules.text(
    "it must be the connection name of an instance, '<project>:<region>:<instance>'",
    /^[a-z][a-z0-9:.-]*:[a-z0-9-]+:[a-z][a-z0-9-]*$/,
  ),
  { error: "it must be a list of connection names, '<project>:<region>:<instance>'" },
);

/** What is wrong with a subnetwork of another region, whose place is given. */
export function checkSubnetwork(
  place: string,
  region: string,
  { subnetwork }: NetworkSettings,
): string[] {
  const there = /\/regions\/([^/]+)\//.exec(subnetwork ?? "")?.[1];
  if (there === undefined || there === region) return [];
  return [
    `${place} is ${quote(subnetwork)}; the stack is in '${region}', and a worker gets its addresses from a ` +
      "subnetwork of its own region.",
  ];
}
