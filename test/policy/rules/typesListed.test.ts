import { evaluate } from "../../../policy/evaluate.ts";
import { typesListed } from "../../../policy/rules/typesListed.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const refusal = (title: string, type: string) =>
  `${title} is of type '${type}', which no rule knows; remove it. If you want it, add '${type}' to 'types' of ` +
  "'types-listed' in PulumiPolicy.<stack>.json.";

const JOB = "gcp:cloudrunv2/job:Job";
const DYNAMIC = "pulumi-nodejs:dynamic:Resource";
const COMMAND = "command:local:Command";

testRule(typesListed, {
  accepts: {
    "what the program has": [
      resource("pulumi:pulumi:Stack", "prod", {}),
      resource("pulumi:providers:gcp", "default", {}),
      resource("background-tasks:worker:Worker", "worker", {}),
      resource("gcp:cloudtasks/queueIamBinding:QueueIamBinding", "email", {}),
    ],
  },
  refuses: {
    "what could do what the rules forbid": {
      resources: [JOB, DYNAMIC, COMMAND].map((type) => resource(type, "x", {})),
      messages: [
        refusal("Job 'x'", JOB),
        refusal("Resource 'x'", DYNAMIC),
        refusal("Command 'x'", COMMAND),
      ],
    },
  },
});

describe("types-listed, of a stack that names others", () => {
  const judge = (type: string, types: string[]) =>
    evaluate([resource(type, "x", {})], { "types-listed": { types } }, [typesListed]).length;

  it("accepts the type, and what begins so", () => {
    expect(judge(JOB, [JOB])).toBe(0);
    expect(judge(JOB, ["gcp:cloudrunv2/*"])).toBe(0);
    expect(judge(JOB, ["gcp:cloudrunv2"])).toBe(1);
  });
});
