import { deletionProtected } from "../../../policy/rules/deletionProtected.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const SERVICE = "gcp:cloudrunv2/service:Service";
const kept = { protect: true, retainOnDelete: true };
const refusal = (title: string, place: string) =>
  `${title} has no ${place}, and could be deleted with its tasks; set 'protect' to 'true' in the stack's ` +
  "configuration.";

testRule(deletionProtected, {
  accepts: {
    "a queue and a service that cannot be deleted": [
      resource(QUEUE, "email", {}, kept),
      resource(SERVICE, "worker", { deletionProtection: true }, kept),
    ],
    "a queue of which the engine does not tell all": [
      resource(QUEUE, "email", {}, { protect: true }),
    ],
  },
  refuses: {
    "what can be deleted": {
      resources: [
        resource(QUEUE, "email", {}, { protect: false, retainOnDelete: true }),
        resource(QUEUE, "dead-letter", {}, { protect: true, retainOnDelete: false }),
        resource(SERVICE, "worker", { deletionProtection: false }, kept),
        resource(SERVICE, "site", { deletionProtection: true }),
        resource(SERVICE, "silent", {}, kept),
      ],
      messages: [
        refusal("Queue 'email'", "option 'protect'"),
        refusal("Queue 'dead-letter'", "option 'retainOnDelete'"),
        refusal("Service 'worker'", "'deletionProtection'"),
        refusal("Service 'site'", "option 'protect'"),
        refusal("Service 'silent'", "'deletionProtection'"),
      ],
    },
  },
});

describe("deletion-protected, where the stack's tasks do not matter", () => {
  it("accepts what can be deleted", () => {
    expect(deletionProtected.check([resource(QUEUE, "email", {})], { required: false })).toEqual(
      [],
    );
  });
});
