import { ALERT_POLICY_LIMITS } from "@background-tasks/google/alertPolicyLimits.ts";
import { z } from "zod";
import { GoogleError } from "../api/googleError.ts";
import { durationToMs } from "../api/protoTime.ts";
import type { Message } from "../api/protoJson.ts";
import { checkChannels } from "./checkChannels.ts";
import { checkStrategy, strategySchema } from "./checkStrategy.ts";
import { checkUserLabels } from "./checkUserLabels.ts";
import { invalidField } from "./invalidField.ts";
import type { Labels } from "./timeSeries.ts";

const UNSPECIFIED = "EVALUATION_MISSING_DATA_UNSPECIFIED";

const logSchema = z.object({
  filter: z.string().default(""),
  labelExtractors: z.record(z.string(), z.string()).default({}),
});
const promqlSchema = z.object({
  query: z.string().default(""),
  duration: z.string().default("0s"),
  evaluationInterval: z.string().optional(),
});
const thresholdSchema = z.object({
  filter: z.string().default(""),
  duration: z.string().default("0s"),
  evaluationMissingData: z.string().default(UNSPECIFIED),
});
const conditionSchema = z.looseObject({
  conditionThreshold: thresholdSchema.optional(),
  conditionMatchedLog: logSchema.optional(),
  conditionPrometheusQueryLanguage: promqlSchema.optional(),
});
const linkSchema = z.object({ displayName: z.string().default(""), url: z.string().default("") });
const documentationSchema = z.object({
  content: z.string().default(""),
  subject: z.string().default(""),
  links: z.array(linkSchema).default([]),
});
const policySchema = z.object({
  displayName: z.string().default(""),
  documentation: documentationSchema.default({ content: "", subject: "", links: [] }),
  conditions: z.array(conditionSchema).default([]),
  alertStrategy: strategySchema.default({}),
  notificationChannels: z.array(z.string()).default([]),
});

const INTERVAL_STEP_MS = 30_000;
const DURATION_STEP_MS = 60_000;

/**
 * Throws INVALID_ARGUMENT for a policy that Google refuses (google-cloud.md 8.2). What is not here of a filter of logs
 * is no reason to.
 */
export function checkPolicy(
  policy: Message,
  checkEntries: (filter: string, extractors: Labels) => void,
): void {
  const { data } = policySchema.safeParse(policy);
  if (!data) return;
  const { conditions, alertStrategy, documentation, displayName } = data;
  const { length } = conditions;
  const max = ALERT_POLICY_LIMITS.conditions;
  if (length < 1 || length > max) {
    throw invalidField(
      "alert_policy.conditions",
      String(length),
      `A policy must have from 1 to ${max} conditions.`,
    );
  }
  const { name } = ALERT_POLICY_LIMITS;
  if (Array.from(displayName).length > name) {
    throw invalidField(
      "alert_policy.display_name",
      displayName,
      `It must have at most ${name} characters.`,
    );
  }
  checkText(documentation);
  checkLinks(documentation.links);
  checkUserLabels("alert_policy", policy);
  checkChannels(data.notificationChannels);
  for (const [index, condition] of conditions.entries()) {
    const place = `alert_policy.conditions[${index}]`;
    const kinds = Object.keys(condition)
      .filter((key) => key.startsWith("condition"))
      .sort();
    if (kinds.length !== 1) {
      throw invalidField(place, kinds.join(", "), "A condition must be of exactly one kind.");
    }
    const { conditionMatchedLog: log, conditionPrometheusQueryLanguage: promql } = condition;
    const { conditionThreshold: threshold } = condition;
    if (log) {
      if (length > 1) {
        throw invalidField(
          place,
          "condition_matched_log",
          "A policy with a condition of this kind must have no other condition.",
        );
      }
      checkLog(`${place}.condition_matched_log`, log, checkEntries);
    }
    if (threshold) checkThreshold(`${place}.condition_threshold`, threshold);
    if (promql) checkPromql(`${place}.condition_prometheus_query_language`, promql);
  }
  const isLogBased = conditions.some((condition) => condition.conditionMatchedLog !== undefined);
  checkStrategy(alertStrategy, isLogBased);
}

function checkLog(
  place: string,
  { filter, labelExtractors }: z.infer<typeof logSchema>,
  checkEntries: (filter: string, extractors: Labels) => void,
): void {
  if (filter === "") throw invalidField(`${place}.filter`, "", "A filter is required.");
  try {
    checkEntries(filter, labelExtractors);
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    if (error.code === "INVALID_ARGUMENT") throw invalidField(place, filter, error.message);
  }
}

function checkText({ content, subject }: z.infer<typeof documentationSchema>): void {
  const { text, textBytes, subjectBytes } = ALERT_POLICY_LIMITS;
  if (Array.from(content).length > text || Buffer.byteLength(content) > textBytes) {
    throw invalidField(
      "alert_policy.documentation.content",
      content,
      `It must have at most ${text} characters and ${textBytes} bytes.`,
    );
  }
  if (Buffer.byteLength(subject) > subjectBytes) {
    throw invalidField(
      "alert_policy.documentation.subject",
      subject,
      `It must have at most ${subjectBytes} bytes.`,
    );
  }
}

function checkLinks(links: readonly z.infer<typeof linkSchema>[]): void {
  const place = "alert_policy.documentation.links";
  const { links: max, linkName, linkUrl } = ALERT_POLICY_LIMITS;
  if (links.length > max) {
    throw invalidField(place, String(links.length), `There may be at most ${max} links.`);
  }
  for (const [index, { displayName, url }] of links.entries()) {
    const { length } = Array.from(displayName);
    if (length < 1 || length > linkName) {
      throw invalidField(
        `${place}[${index}].display_name`,
        displayName,
        `It must have from 1 to ${linkName} characters.`,
      );
    }
    if (url.length > linkUrl) {
      throw invalidField(
        `${place}[${index}].url`,
        url,
        `It must have at most ${linkUrl} characters.`,
      );
    }
  }
}

function checkThreshold(
  place: string,
  { filter, duration, evaluationMissingData }: z.infer<typeof thresholdSchema>,
): void {
  const max = ALERT_POLICY_LIMITS.filter;
  if (Array.from(filter).length > max) {
    throw invalidField(`${place}.filter`, filter, `It must have at most ${max} characters.`);
  }
  const ms = durationToMs(duration);
  if (ms < 0 || ms % DURATION_STEP_MS !== 0) {
    throw invalidField(
      `${place}.duration`,
      duration,
      "It must be a multiple of a minute, and not negative.",
    );
  }
  // Google's own text: hashicorp/terraform-provider-google#16892.
  if (ms === 0 && evaluationMissingData !== UNSPECIFIED) {
    throw invalidField(
      `${place}.evaluation_missing_data`,
      evaluationMissingData,
      "Conditions setting evaluation_missing_data must have a non-zero duration.",
    );
  }
}

function checkPromql(
  place: string,
  { query, duration, evaluationInterval }: z.infer<typeof promqlSchema>,
): void {
  if (query === "") throw invalidField(`${place}.query`, "", "A query is required.");
  if (durationToMs(duration) < 0) {
    throw invalidField(`${place}.duration`, duration, "It must not be negative.");
  }
  if (evaluationInterval === undefined) return;
  const ms = durationToMs(evaluationInterval);
  if (ms <= 0 || ms % INTERVAL_STEP_MS !== 0) {
    throw invalidField(
      `${place}.evaluation_interval`,
      evaluationInterval,
      "It must be a positive multiple of 30 seconds.",
    );
  }
}
