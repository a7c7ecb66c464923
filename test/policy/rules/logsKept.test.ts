import { logsKept } from "../../../policy/rules/logsKept.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const service = (name: string) =>
  resource("gcp:cloudrunv2/service:Service", name, { name, project: "p" });
const exclusion = (filter: string, more: object = {}) =>
  resource("gcp:logging/projectExclusion:ProjectExclusion", "quiet", {
    name: "prod-quiet",
    filter,
    ...more,
  });

const services = [service("prod-worker"), service("prod-worker-reports")];
const successes =
  'log_id("run.googleapis.com/requests") AND httpRequest.status>=200 AND httpRequest.status<300';
const own = 'resource.labels.service_name="prod-worker"';
const refusal = (filter: string) =>
  `ProjectExclusion 'quiet' leaves out '${filter}'; join '${successes} AND ` +
  'resource.labels.service_name="<a service of the stack>"\', without parentheses, or add its name to ' +
  "'exclusions' of 'logs-kept' in PulumiPolicy.<stack>.json.";

const refused = (filter: string, more: object = {}) => ({
  resources: [...services, exclusion(filter, more)],
  messages: [refusal(filter)],
});

testRule(logsKept, {
  accepts: {
    "what succeeded at one of the stack's services": [
      ...services,
      exclusion(`${successes} AND ${own}`),
    ],
    "what succeeded at several of them, and less of it": [
      ...services,
      exclusion(
        `resource.type="cloud_run_revision" AND ${successes} AND ` +
          'resource.labels.service_name=~"^(prod-worker|prod-worker-reports)$" AND severity=INFO OR trace:*',
        { project: "p" },
      ),
    ],
    "an exclusion that is switched off": [exclusion("severity<ERROR", { disabled: true })],
    "a stack without exclusions": services,
  },
  refuses: {
    "the whole project's log": refused("severity>=DEFAULT"),
    "no filter": refused(""),
    "what failed": refused(
      `log_id("run.googleapis.com/requests") AND httpRequest.status>=200 AND ${own}`,
    ),
    "another's service": refused(`${successes} AND resource.labels.service_name="web"`),
    "another's service beside one's own": refused(
      `${successes} AND resource.labels.service_name=~"^(prod-worker|web)$"`,
    ),
    "a service of that name in another project": refused(`${successes} AND ${own}`, {
      project: "q",
    }),
    "more by an OR": refused(`${successes} OR severity=ERROR AND ${own}`),
    "more by an OR around what is within parentheses": refused(
      `(${successes} AND ${own} AND trace:*) OR (severity=ERROR)`,
    ),
    "what is a comment, or within a text": {
      resources: [
        ...services,
        exclusion(`severity=ERROR -- AND ${successes} AND ${own} AND x`),
        exclusion(`textPayload!="a AND ${`${successes} AND ${own}`.replaceAll('"', '\\"')} AND b"`),
      ],
      messages: [
        refusal(`severity=ERROR -- AND ${successes} AND ${own} AND x`),
        refusal(`textPayload!="a AND ${`${successes} AND ${own}`.replaceAll('"', '\\"')} AND b"`),
      ],
    },
    "what does not match": refused(`NOT ${own} AND ${successes}`),
  },
});

describe("logs-kept, of a stack that leaves out more", () => {
  it("accepts an exclusion that its configuration names", () => {
    const all = [exclusion("severity<INFO")];

    expect(logsKept.check(all, { exclusions: ["prod-quiet"] })).toEqual([]);
    expect(logsKept.check(all, { exclusions: ["prod-other"] })).toHaveLength(1);
  });
});
