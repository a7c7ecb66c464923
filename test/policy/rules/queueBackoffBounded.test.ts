import { evaluate } from "../../../policy/evaluate.ts";
import { queueBackoffBounded } from "../../../policy/rules/queueBackoffBounded.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const queue = (minBackoff?: string, maxBackoff?: string) =>
  resource(QUEUE, "email", { retryConfig: { minBackoff, maxBackoff } });

testRule(queueBackoffBounded, {
  accepts: {
    "a wait from seconds to minutes": [queue("5s", "600s")],
    "the shortest and the longest wait": [queue("1s", "3600s")],
  },
  refuses: {
    "a wait that is too short, and one that is too long": {
      resources: [queue("0.1s", "600s"), queue("5s", "7200s")],
      messages: [
        "Queue 'email' has 'retryConfig.minBackoff' '0.1s'; set it to a duration from '1s' to '3600s'.",
        "Queue 'email' has 'retryConfig.maxBackoff' '7200s'; set it to a duration from '1s' to '3600s'.",
      ],
    },
    "a queue that does not say, which begins at a tenth of a second": {
      resources: [queue(undefined, "600s")],
      messages: [
        "Queue 'email' has no 'retryConfig.minBackoff'; set it to a duration from '1s' to '3600s'.",
      ],
    },
    "a shortest wait above the longest": {
      resources: [queue("60s", "30s")],
      messages: [
        "Queue 'email' has 'retryConfig.minBackoff' '60s', which is above 'maxBackoff', '30s'; lower it.",
      ],
    },
  },
});

describe("queue-backoff-bounded, where failures are tried again at once", () => {
  it("refuses what is shorter still", () => {
    const config = { "queue-backoff-bounded": { shortest: "0.1s" } };

    expect(
      evaluate([queue("0.1s", "1s"), queue("0.05s", "1s")], config, [queueBackoffBounded]).map(
        ({ message }) => message,
      ),
    ).toEqual([
      "Queue 'email' has 'retryConfig.minBackoff' '0.05s'; set it to a duration from '0.1s' to '3600s'.",
    ]);
  });
});
