import { alertLabelsConfirmed } from "../../../policy/rules/alertLabelsConfirmed.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const policy = (query: string) =>
  resource("gcp:monitoring/alertPolicy:AlertPolicy", "refused", {
    conditions: [{ conditionPrometheusQueryLanguage: { query } }],
  });

testRule(alertLabelsConfirmed, {
  accepts: {
    "an alert that counts the entries of a log": [
      policy('sum(increase(logging_googleapis_com:user_deliveries{status=~"401|403"}[5m])) > 0'),
    ],
    "a label whose name is longer": [policy('x{response_code_class="5xx"} > 0')],
  },
  refuses: {
    "an alert of a label whose values nobody has confirmed": {
      resources: [
        policy('cloudtasks_googleapis_com:queue_task_attempt_count{response_code!="200"}'),
      ],
      messages: [
        "AlertPolicy 'refused' asks for 'response_code', whose values are not documented; count the entries of a log instead.",
      ],
    },
  },
});
