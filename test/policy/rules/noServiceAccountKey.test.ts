import { noServiceAccountKey } from "../../../policy/rules/noServiceAccountKey.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const advice =
  "remove it. What runs on Google Cloud needs none, and CI logs in with Workload Identity Federation.";

testRule(noServiceAccountKey, {
  accepts: {
    "an account without a key": [
      resource("gcp:serviceaccount/account:Account", "worker", { accountId: "test-worker" }),
    ],
  },
  refuses: {
    "a key, and a key for storage": {
      resources: [
        resource("gcp:serviceaccount/key:Key", "worker", {}),
        resource("gcp:storage/hmacKey:HmacKey", "files", {}),
      ],
      messages: [
        `Key 'worker' is a key of a service account; ${advice}`,
        `HmacKey 'files' is a key of a service account; ${advice}`,
      ],
    },
  },
});
