import { nothingSwitchedOff } from "../../../policy/rules/nothingSwitchedOff.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const account = (properties: object) =>
  resource("gcp:serviceaccount/account:Account", "worker", { ...properties });
const secret = (properties: object) =>
  resource("gcp:secretmanager/secret:Secret", "smtp", { ...properties });
const version = (properties: object) =>
  resource("gcp:secretmanager/secretVersion:SecretVersion", "smtp", { ...properties });
const api = (properties: object) =>
  resource("gcp:projects/service:Service", "tasks", { ...properties });

testRule(nothingSwitchedOff, {
  accepts: {
    "what is on": [
      account({}),
      account({ disabled: false }),
      secret({ secretId: "a" }),
      version({ enabled: true }),
      api({ disableOnDestroy: false }),
    ],
  },
  refuses: {
    "what is off, or will be": {
      resources: [
        account({ disabled: true }),
        version({ enabled: false }),
        secret({ ttl: "3600s" }),
        secret({ expireTime: "2027-01-01T00:00:00Z" }),
        api({ disableOnDestroy: true }),
        api({}),
        api({ disableOnDestroy: false, disableDependentServices: true }),
      ],
      messages: [
        "Account 'worker' has 'disabled' 'true'; remove it.",
        "SecretVersion 'smtp' has 'enabled' 'false'; remove it.",
        "Secret 'smtp' has 'ttl' '3600s'; remove it.",
        "Secret 'smtp' has 'expireTime' '2027-01-01T00:00:00Z'; remove it.",
        "Service 'tasks' has 'disableOnDestroy' 'true'; set it to 'false'.",
        "Service 'tasks' has no 'disableOnDestroy'; set it to 'false'.",
        "Service 'tasks' has 'disableDependentServices' 'true'; remove it.",
      ],
    },
  },
});
