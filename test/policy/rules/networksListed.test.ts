import { networksListed } from "../../../policy/rules/networksListed.ts";
import { UNKNOWN, type Resource } from "../../../policy/resource.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

function service(
  vpcAccess: unknown,
  serviceAccount: unknown = "worker@my-project.iam.gserviceaccount.com",
): Resource {
  return resource("gcp:cloudrunv2/service:Service", "worker", {
    template: { vpcAccess, serviceAccount },
  });
}

testRule(networksListed, {
  accepts: {
    "a network of its project, by whichever name": [
      service({ networkInterfaces: [{ network: "default", subnetwork: "workers" }] }),
      service({
        networkInterfaces: [{ network: "projects/my-project/global/networks/default" }],
      }),
    ],
    "a network of the project that it says it is in": [
      resource("gcp:cloudrunv2/service:Service", "worker", {
        project: "other",
        template: {
          vpcAccess: { networkInterfaces: [{ network: "projects/other/global/networks/default" }] },
        },
      }),
    ],
    "no network": [service(undefined)],
    "what is not known yet": [service(UNKNOWN), service({ networkInterfaces: UNKNOWN })],
  },
  refuses: {
    "a network, a subnetwork or a connector of another project": {
      resources: [
        service({
          networkInterfaces: [
            {
              network: "projects/net-host/global/networks/shared",
              subnetwork: "projects/net-host/regions/europe-west1/subnetworks/workers",
            },
          ],
        }),
        service({ connector: "projects/net-host/locations/europe-west1/connectors/c" }),
      ],
      messages: [
        "projects/net-host/global/networks/shared",
        "projects/net-host/regions/europe-west1/subnetworks/workers",
        "projects/net-host/locations/europe-west1/connectors/c",
      ].map(
        (name) =>
          `Service 'worker' sends into '${name}', which is another project's; if that is what you want, add it to ` +
          "'networks' of 'networks-listed' in PulumiPolicy.<stack>.json.",
      ),
    },
  },
});
