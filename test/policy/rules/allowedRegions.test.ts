import { allowedRegions } from "../../../policy/rules/allowedRegions.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

testRule(allowedRegions, {
  accepts: {
    "an allowed region": [
      resource("gcp:cloudtasks/queue:Queue", "email", { location: "europe-west1" }),
      resource("gcp:cloudscheduler/job:Job", "daily", { region: "europe-west1" }),
    ],
    "what has no place": [resource("gcp:serviceaccount/account:Account", "worker", {})],
  },
  refuses: {
    "another region": {
      resources: [
        resource("gcp:cloudtasks/queue:Queue", "email", { location: "us-central1" }),
        resource("gcp:cloudscheduler/job:Job", "daily", { region: "asia-east1" }),
      ],
      messages: [
        "Queue 'email' has 'location' 'us-central1'; allowed are 'europe-west1'. Set 'gcp:region' to one of these, " +
          "or add it to the rule's setting 'regions'.",
        "Job 'daily' has 'region' 'asia-east1'; allowed are 'europe-west1'. Set 'gcp:region' to one of these, or " +
          "add it to the rule's setting 'regions'.",
      ],
    },
  },
});
