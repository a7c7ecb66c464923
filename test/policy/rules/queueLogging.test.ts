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
    "a queue in prod that logs less than a tenth": {
      stack: "prod",
      resources: [queue(0.1), queue(0.05), queue(0), queue()],
      messages: ["0.05", "0", "0"].map(
        (ratio) =>
          `Queue 'email' has 'stackdriverLoggingConfig.samplingRatio' '${ratio}'; set it to at least '0.1'.`,
      ),
    },
  },
});

describe("queue-logging, elsewhere than in prod", () => {
  it("accepts a queue that logs nothing", () => {
    expect(queueLogging.check(queue(), { minSamplingRatio: 0 })).toEqual([]);
    expect(queueLogging.settings?.minSamplingRatio).toMatchObject({
      default: 0,
      stacks: { prod: 0.1 },
    });
  });
});
