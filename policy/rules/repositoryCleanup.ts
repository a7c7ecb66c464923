import { titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, couldBe, isMissing, items } from "../values.ts";

export const repositoryCleanup: ResourceRule = {
  kind: "resource",
  name: "repository-cleanup",
  severity: "mandatory",
  description:
    "A repository deletes old images and keeps recent ones and those that are deployed, tagged `deployed-…`.",
  types: ["gcp:artifactregistry/repository:Repository"],
  check(repository) {
    const title = titleOf(repository);
    const given = at(repository.properties, "cleanupPolicies");
    // A list that is not known yet may hold all that is needed.
    const isKnown = isMissing(given) || Array.isArray(given);
    const missing = isKnown ? WANTED.filter(({ is }) => !items(given).some(is)) : [];
    const isDryRun = at(repository.properties, "cleanupPolicyDryRun") === true;
    return [
      ...missing.map(({ what }) => `${title} has no cleanup policy that ${what}; add one.`),
      ...(isDryRun
        ? [`${title} has 'cleanupPolicyDryRun' 'true', and deletes nothing; remove it.`]
        : []),
    ];
  },
};

/** The policies that a repository must have. */
const WANTED = [
  {
    what: "deletes images",
    is: (policy: unknown) => couldBe(at(policy, "action"), "DELETE"),
  },
  {
    what: "keeps the most recent images",
    is: (policy: unknown) =>
      couldBe(at(policy, "action"), "KEEP") &&
      !isMissing(at(policy, "mostRecentVersions", "keepCount")),
  },
  {
    what: "keeps images tagged 'deployed-…'",
    is: (policy: unknown) => {
      const prefixes = at(policy, "condition", "tagPrefixes");
      return (
        couldBe(at(policy, "action"), "KEEP") &&
        (couldBe(prefixes, "deployed-") || items(prefixes).some((one) => couldBe(one, "deployed-")))
      );
    },
  },
];
