import { pagesReachSomebody } from "../../../policy/rules/pagesReachSomebody.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const policy = (name: string, severity: string, ...notificationChannels: string[]) =>
  resource("gcp:monitoring/alertPolicy:AlertPolicy", name, { severity, notificationChannels });

testRule(pagesReachSomebody, {
  accepts: {
    "alerts that all have a channel": [
      policy("a", "CRITICAL", "projects/p/notificationChannels/1"),
      policy("b", "WARNING", "projects/p/notificationChannels/2"),
    ],
    "pages alone that have one": [
      policy("a", "CRITICAL", "projects/p/notificationChannels/1"),
      policy("b", "WARNING"),
    ],
    "alerts of which none has": [policy("a", "CRITICAL"), policy("b", "WARNING")],
  },
  refuses: {
    "a page without a channel, where what can wait has one": {
      resources: [
        policy("a", "CRITICAL"),
        policy("b", "WARNING", "projects/p/notificationChannels/2"),
      ],
      messages: [
        "AlertPolicy 'a' is CRITICAL and has no 'notificationChannels', which others have; set 'alerts.page'.",
      ],
    },
  },
});
