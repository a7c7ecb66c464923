import { repositoryCleanup } from "../../../policy/rules/repositoryCleanup.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const REPOSITORY = "gcp:artifactregistry/repository:Repository";
const POLICIES = [
  { id: "delete-old", action: "DELETE", condition: { tagState: "ANY" } },
  { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
  { id: "keep-deployed", action: "KEEP", condition: { tagPrefixes: ["deployed-"] } },
];

testRule(repositoryCleanup, {
  accepts: {
    "old images deleted, recent and deployed ones kept": [
      resource(REPOSITORY, "worker", { cleanupPolicies: POLICIES }),
    ],
  },
  refuses: {
    "a repository that only grows": {
      resources: [resource(REPOSITORY, "worker", {})],
      messages: [
        "Repository 'worker' has no cleanup policy that deletes images; add one.",
        "Repository 'worker' has no cleanup policy that keeps the most recent images; add one.",
        "Repository 'worker' has no cleanup policy that keeps images tagged 'deployed-…'; add one.",
      ],
    },
    "a repository that deletes what is deployed": {
      resources: [resource(REPOSITORY, "worker", { cleanupPolicies: POLICIES.slice(0, 2) })],
      messages: [
        "Repository 'worker' has no cleanup policy that keeps images tagged 'deployed-…'; add one.",
      ],
    },
    "a clean-up that is only tried": {
      resources: [
        resource(REPOSITORY, "worker", { cleanupPolicies: POLICIES, cleanupPolicyDryRun: true }),
      ],
      messages: [
        "Repository 'worker' has 'cleanupPolicyDryRun' 'true', and deletes nothing; remove it.",
      ],
    },
  },
});
