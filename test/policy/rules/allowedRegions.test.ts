import { evaluate } from "../../../policy/evaluate.ts";
import { allowedRegions } from "../../../policy/rules/allowedRegions.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const worker = resource("gcp:cloudrunv2/service:Service", "worker", { location: "europe-west4" });
const queue = resource("gcp:cloudtasks/queue:Queue", "email", { location: "us-central1" });
const job = resource("gcp:cloudscheduler/job:Job", "daily", { region: "asia-east1" });

testRule(allowedRegions, {
  accepts: {
    "the worker's region": [
      worker,
      resource("gcp:cloudtasks/queue:Queue", "email", { location: "europe-west4" }),
      resource("gcp:cloudscheduler/job:Job", "daily", { region: "europe-west4" }),
    ],
    "a zone of the worker's region": [
      worker,
      resource("gcp:compute/disk:Disk", "scratch", { zone: "europe-west4-b" }),
    ],
    "what has no place": [worker, resource("gcp:serviceaccount/account:Account", "worker", {})],
    "a stack without a worker": [queue],
  },
  refuses: {
    "a zone elsewhere, and copies of a secret elsewhere": {
      resources: [
        worker,
        resource("gcp:compute/disk:Disk", "scratch", { zone: "us-central1-a" }),
        resource("gcp:secretmanager/secret:Secret", "smtp-url", {
          replication: {
            userManaged: { replicas: [{ location: "europe-west4" }, { location: "us-east1" }] },
          },
        }),
      ],
      messages: [
        "Disk 'scratch' has 'zone' 'us-central1-a'; allowed are 'europe-west4'. Put it there, or set the rule's " +
          "'regions'.",
        "Secret 'smtp-url' has 'replication.userManaged.replicas.1.location' 'us-east1'; allowed are " +
          "'europe-west4'. Put it there, or set the rule's 'regions'.",
      ],
    },
    "another region": {
      resources: [worker, queue, job],
      messages: [
        "Queue 'email' has 'location' 'us-central1'; allowed are 'europe-west4'. Put it there, or set the rule's " +
          "'regions'.",
        "Job 'daily' has 'region' 'asia-east1'; allowed are 'europe-west4'. Put it there, or set the rule's " +
          "'regions'.",
      ],
    },
  },
});

describe("allowed-regions with regions of the team's own", () => {
  it("refuses a worker elsewhere too", () => {
    const config = { "allowed-regions": { regions: ["us-central1"] } };

    expect(evaluate([worker, queue], config, [allowedRegions])).toMatchObject([
      { resource: "Service 'worker'" },
    ]);
  });
});
