import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPolicyConfig, settingsOf } from "../../policy/policyConfig.ts";
import { allowedRegions } from "../../policy/rules/allowedRegions.ts";
import { queueBackoffBounded } from "../../policy/rules/queueBackoffBounded.ts";

const directory = mkdtempSync(join(tmpdir(), "policy-config-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function read(content: unknown): unknown {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  writeFileSync(join(directory, "PulumiPolicy.stage.json"), text);
  return readPolicyConfig(directory, "stage");
}

describe("readPolicyConfig", () => {
  it("reads the settings of a stack's rules", () => {
    const config = { "allowed-regions": { regions: ["europe-west1", "europe-west4"] } };

    expect(read(config)).toEqual(config);
  });

  it("leaves every rule as it is in a stack without a file, whatever its name", () => {
    for (const stack of ["production", "prod-eu", "live"]) {
      expect(readPolicyConfig(directory, stack)).toEqual({});
    }
  });

  it("names file and key of all that is wrong", () => {
    const wrong = {
      "queue-loging": {},
      "deletion-protected": { required: "no" },
      "queue-logging": { minSampling: 0, minSamplingRatio: "0" },
      "queue-backoff-bounded": { shortest: "1m", longest: 60 },
      "no-basic-role": { roles: [] },
      "allowed-regions": { regions: "europe-west1" },
      "job-retries": "disabled",
    };

    expect(() => read(wrong)).toThrow(
      [
        "'queue-loging' is no rule; docs/policy.md lists them.",
        `'deletion-protected.required' is '"no"'; it must be a boolean.`,
        "'queue-logging.minSampling' is no setting of the rule; its settings are 'minSamplingRatio'.",
        `'queue-logging.minSamplingRatio' is '"0"'; it must be a number.`,
        `'queue-backoff-bounded.shortest' is '"1m"'; it must be a duration in seconds, such as '10s'.`,
        "'queue-backoff-bounded.longest' is '60'; it must be a duration in seconds, such as '10s'.",
        "'no-basic-role.roles' is no setting of the rule; it has none.",
        `'allowed-regions.regions' is '"europe-west1"'; it must be a list of texts.`,
        "'job-retries' must be an object that has settings by their names.",
      ]
        .map((problem) => `PulumiPolicy.stage.json: ${problem}`)
        .join("\n"),
    );
  });

  it.each([
    ["{", /^PulumiPolicy\.stage\.json: it is no JSON: /],
    [
      "[]",
      "PulumiPolicy.stage.json: it must be an object that has a rule's settings by the rule's name.",
    ],
  ])("refuses the content %s", (content, message) => {
    expect(() => read(content)).toThrow(message);
  });
});

describe("settingsOf", () => {
  it("are the defaults, but for what the stack has otherwise", () => {
    const config = { "queue-backoff-bounded": { shortest: "0.1s" } };

    expect(settingsOf(queueBackoffBounded, config)).toEqual({ shortest: "0.1s", longest: "3600s" });
    expect(settingsOf(allowedRegions, config)).toEqual({ regions: [] });
  });
});
