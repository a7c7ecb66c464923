import { jobTimeZoneValid } from "../../../policy/rules/jobTimeZoneValid.ts";
import { resource } from "../../support/policyResource.ts";
import { testRule } from "../../support/policyRules.ts";

const JOB = "gcp:cloudscheduler/job:Job";
const job = (timeZone?: string) => resource(JOB, "daily", { timeZone });
const advice = "set it to an IANA time zone, such as 'Europe/Berlin' or 'Etc/UTC'.";

testRule(jobTimeZoneValid, {
  accepts: { "an IANA time zone": [job("Europe/Berlin"), job("Etc/UTC"), job("Etc/GMT+1")] },
  refuses: {
    "what is no IANA time zone": {
      resources: [job("Europe/Atlantis"), job("+01:00"), job("europe/berlin")],
      messages: [
        `Job 'daily' has 'timeZone' 'Europe/Atlantis'; ${advice}`,
        `Job 'daily' has 'timeZone' '+01:00'; ${advice}`,
        `Job 'daily' has 'timeZone' 'europe/berlin'; ${advice}`,
      ],
    },
    "a job that does not say": {
      resources: [job()],
      messages: [`Job 'daily' has no 'timeZone'; ${advice}`],
    },
  },
});
