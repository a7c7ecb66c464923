import { queueLogging } from "../../../policy/rules/queueLogging.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const QUEUE = "gcp:cloudtasks/queue:Queue";
const queue = (samplingRatio?: number) =>
  resource(QUEUE, "email", { stackdriverLoggingConfig: { samplingRatio } });

testRule(queueLogging, {
  accepts: {
    "a queue that logs a tenth": [queue(0.1)],
    "a queue that logs everything": [queue(1)],
  },
  refuses: {
    "a queue that logs less than a tenth": {
      resources: [queue(0.1), queue(0.05), queue(0), queue()],
      messages: ["0.05", "0", "0"].map(
        (ratio) =>
          `Queue 'email' has 'stackdriverLoggingConfig.samplingRatio' '${ratio}'; set it to a number from '0.1' to '1'.`,
      ),
    },
  },
});

describe("queue-logging, of a stack that wants none", () => {
  it("accepts a queue that logs nothing", () => {
    expect(queueLogging.check(queue(), { minSamplingRatio: 0 })).toEqual([]);
  });
});
