import { findNamed } from "../names.ts";
import { SERVICE, SERVICE_V1, titleOf, UNKNOWN, type Resource } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import { at, couldBe, text } from "../values.ts";

export const logsKept: StackRule<{ exclusions: readonly string[] }> = {
  kind: "stack",
  name: "logs-kept",
  severity: "mandatory",
  description:
    "A log exclusion leaves out nothing but Cloud Run's requests that succeeded, to services of the stack: what failed, " +
    "and what is another's in the project, stays in the log.",
  settings: {
    exclusions: {
      description: "Exclusions that may leave out something else, by their names in the cloud.",
      default: [],
    },
  },
  check(resources, { exclusions }) {
    const services = resources.filter(({ type }) => type === SERVICE || type === SERVICE_V1);
    return resources
      .filter(({ type }) => type === EXCLUSION)
      .filter(({ properties }) => !couldBe(at(properties, "disabled"), true))
      .filter(({ properties }) => {
        const name = at(properties, "name");
        return name !== UNKNOWN && !exclusions.includes(text(name) ?? "");
      })
      .filter((exclusion) => leavesOutMore(exclusion, services))
      .map((exclusion) => ({
        resource: exclusion,
        message:
          `${titleOf(exclusion)} leaves out '${text(at(exclusion.properties, "filter")) ?? ""}'; join '${SUCCESSES.join(" AND ")} AND ` +
          'resource.labels.service_name="<a service of the stack>"\', without parentheses, or add its name to ' +
          "'exclusions' of 'logs-kept' in PulumiPolicy.<stack>.json.",
      }));
  },
};

const EXCLUSION = "gcp:logging/projectExclusion:ProjectExclusion";

/** What a filter must have in it. */
const SUCCESSES = [
  'log_id("run.googleapis.com/requests")',
  "httpRequest.status>=200",
  "httpRequest.status<300",
];

function leavesOutMore({ properties }: Resource, services: readonly Resource[]): boolean {
  const filter = at(properties, "filter");
  if (filter === UNKNOWN) return false;
  const joined = joinedByAnd(text(filter) ?? "");
  if (!SUCCESSES.every((term) => joined.includes(term))) return true;
  const place = { project: at(properties, "project") };
  const areOwn = (names: readonly string[]): boolean =>
    names.every((name) => findNamed(services, name, place) !== undefined);
  return !joined.some((term) => {
    const [, one, several] = OF_SERVICES.exec(term) ?? [];
    const names = one ?? several;
    return names !== undefined && areOwn(names.split("|"));
  });
}

/** `resource.labels.service_name="a"`, or `=~"^(a|b)$"`. */
const OF_SERVICES = /^resource\.labels\.service_name=(?:"([a-z0-9-]+)"|~"\^\(([a-z0-9|-]+)\)\$")$/;

/** What must all hold where a filter does; nothing, where that takes more than looking for AND. */
function joinedByAnd(filter: string): string[] {
  const texts: string[] = [];
  const bare = filter.replaceAll(/"(?:[^"\\]|\\.)*"/g, (one) => `"${texts.push(one) - 1}"`);
  // Within parentheses an OR may be about more than what is beside it. A comment is no part of the filter.
  if (/--|['`()\n]/.test(bare.replaceAll(/\blog_id\("\d+"\)/g, ""))) return [];
  return bare
    .split(" AND ")
    .map((term) => term.trim().replaceAll(/"(\d+)"/g, (_, i: string) => texts[Number(i)] ?? ""));
}
