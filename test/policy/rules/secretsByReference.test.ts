import { secretsByReference } from "../../../policy/rules/secretsByReference.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const SERVICE = "gcp:cloudrunv2/service:Service";
const withEnvs = (envs: object[]) =>
  resource(SERVICE, "worker", { template: { containers: [{ envs }] } });
const withValues = (...values: string[]) =>
  withEnvs(values.map((value, i) => ({ name: `SETTING_${i}`, value })));
const refusal = (name: string, reason: string) =>
  `Service 'worker' has the environment variable '${name}' in plain text, and ${reason}; keep it in Secret ` +
  "Manager and refer to it.";

testRule(secretsByReference, {
  accepts: {
    "a reference to a secret": [
      withEnvs([
        {
          name: "SMTP_PASSWORD",
          valueSource: { secretKeyRef: { secret: "test-smtp-url", version: "3" } },
        },
      ]),
    ],
    "values that are none": [
      withValues(
        "tasks@example.com",
        "smtp://mail.example.com:587",
        "https://user@example.com/",
        "token_lifetime=60",
        JSON.stringify({ email: { name: "projects/p/locations/l/queues/email" } }),
      ),
      withEnvs([
        { name: "TASKS_QUEUES", value: "{}" },
        { name: "TOKENIZER", value: "fast" },
        { name: "PASSENGERS", value: "4" },
      ]),
    ],
  },
  refuses: {
    "a plain value by the names that passwords have in short": {
      resources: [withEnvs(["SMTP_PASS", "DB_PWD"].map((name) => ({ name, value: "abc" })))],
      messages: ["SMTP_PASS", "DB_PWD"].map((name) => refusal(name, "its name is a secret's")),
    },
    "a password within a value": {
      resources: [withValues("host=db password=hunter2", "https://example.com/?token=abc")],
      messages: ["SETTING_0", "SETTING_1"].map((name) =>
        refusal(name, "its value holds a password or a token"),
      ),
    },
    "a password among the arguments": {
      resources: [
        resource(SERVICE, "worker", {
          template: {
            containers: [
              { args: ["--password=hunter2", "--port=80", "--api-key", "abc", "pwd=abc"] },
              { commands: ["node", "postgres://user:hunter2@db/"] },
            ],
          },
        }),
      ],
      messages: [
        ["the 1. of 'args'", "its name is a secret's"],
        ["the 3. of 'args'", "its name is a secret's"],
        ["the 5. of 'args'", "its value holds a password or a token"],
        ["the 2. of 'commands'", "its value is an address with a password"],
      ].map(
        ([what, reason]) =>
          `Service 'worker' has ${what} in plain text, and ${reason}; keep it in Secret Manager and refer to it.`,
      ),
    },
    "a plain value with the name of a secret": {
      resources: [
        withEnvs(
          ["SMTP_PASSWORD", "API_KEY", "GITHUB_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS"].map(
            (name) => ({ name, value: "abc" }),
          ),
        ),
      ],
      messages: ["SMTP_PASSWORD", "API_KEY", "GITHUB_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS"].map(
        (name) => refusal(name, "its name is a secret's"),
      ),
    },
    "a plain value with the look of a secret, without showing it": {
      resources: [
        withValues(
          "smtp://user:hunter2@mail.example.com:587",
          "-----BEGIN PRIVATE KEY-----\nabc",
          `{"type":"service_account","private_key":"abc"}`,
          `AIza${"x".repeat(35)}`,
          "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln",
          `ghp_${"x".repeat(36)}`,
        ),
      ],
      messages: [
        refusal("SETTING_0", "its value is an address with a password"),
        refusal("SETTING_1", "its value is a private key"),
        refusal("SETTING_2", "its value is the key of a service account"),
        refusal("SETTING_3", "its value is a Google API key"),
        refusal("SETTING_4", "its value is a token"),
        refusal("SETTING_5", "its value has the form of a service's token"),
      ],
    },
    "the same, written for version 1 of the API": {
      resources: [
        resource("gcp:cloudrun/service:Service", "worker", {
          template: { spec: { containers: [{ envs: [{ name: "DB_PASSWORD", value: "abc" }] }] } },
        }),
      ],
      messages: [refusal("DB_PASSWORD", "its name is a secret's")],
    },
  },
});
