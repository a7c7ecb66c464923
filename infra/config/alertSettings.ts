import { ALERT_POLICY_LIMITS } from "@background-tasks/google/alertPolicyLimits.ts";
import { parseCron } from "@background-tasks/google/cron.ts";
import { longestGapMinutes } from "@background-tasks/google/cronGap.ts";
import { z } from "zod";
import type { QueueSettings } from "../../tasks/contract/contract.ts";
import { knownDurationMs } from "../../tasks/contract/duration.ts";
import { list } from "../../tasks/contract/knownNames.ts";
import * as rules from "./rules.ts";

const CHANNEL_RULE =
  "it must be a notification channel, 'projects/<project>/notificationChannels/<id>', or an address, " +
  "'email:on-call@example.com'";

const channels = z
  .array(
    rules.text(
      CHANNEL_RULE,
      /^(?:projects\/[^/\s]+\/notificationChannels\/[\w-]+|email:[^\s:@]+@[^\s:@]+)$/,
    ),
    { error: "it must be a list of notification channels" },
  )
  .max(ALERT_POLICY_LIMITS.channels, {
    error: `an alert of Cloud Monitoring tells ${ALERT_POLICY_LIMITS.channels} channels at the most`,
  })
  .refine((names) => new Set(names).size === names.length, {
    error: "each channel may be named once",
  });

const RUNBOOK_RULE =
  "it must be the address of a page, such as 'https://wiki.example.com/tasks', without a password, of " +
  `at most ${ALERT_POLICY_LIMITS.linkUrl} characters`;

/** How long a task may wait for its delivery before somebody is called. */
export const maxWait = rules.duration("it must be", { min: 60, max: 86_400 });

/** Who is told of what, as a stack may set it. */
export const alerts = rules.group({
  enabled: rules.boolean().optional(),
  page: channels.optional(),
  tell: channels.optional(),
  maxWait: maxWait.optional(),
  delayedTasks: rules.boolean().optional(),
  runbook: z.string({ error: RUNBOOK_RULE }).refine(isPage, { error: RUNBOOK_RULE }).optional(),
});

/**
 * Cloud Monitoring puts values in place of variables, `${resource.name}`, in its path and its query alone. With a user
 * and a password it would be in every notification.
 */
function isPage(url: string): boolean {
  return (
    /^https:\/\/[^\s$/?#@]+(?:[/?][^\s#]*)?(?:#[^\s$]*)?$/.test(url) &&
    URL.canParse(url) &&
    url.length <= ALERT_POLICY_LIMITS.linkUrl
  );
}

/** Who is told of what. */
export interface AlertSettings {
  /** Whether there are alerts and a dashboard. */
  readonly enabled: boolean;
  /** The channels of what cannot wait. */
  readonly page: readonly string[];
  /** The channels of what can. */
  readonly tell: readonly string[];
  /** How long a task may wait for its delivery, on a queue that says nothing of it, in seconds. */
  readonly maxWaitS: number;
  /** Tasks are enqueued for a later time, so that a queue's depth says nothing of a backlog. */
  readonly delayedTasks: boolean;
  /** The page of what the team does when it is told of something. */
  readonly runbook: string | undefined;
}

export function alertSettingsOf(given: z.output<typeof alerts> = {}): AlertSettings {
  const { enabled = true, page = [], tell = [], maxWait = "900s" } = given;
  const { delayedTasks = false, runbook } = given;
  return { enabled, page, tell, maxWaitS: knownDurationMs(maxWait) / 1000, delayedTasks, runbook };
}

/** How long a task may wait on a queue, in seconds. */
export function maxWaitOf(
  { maxWait: own }: Pick<QueueSettings, "maxWait">,
  { maxWaitS }: AlertSettings,
): number {
  return own === undefined ? maxWaitS : knownDurationMs(own) / 1000;
}

/** What is wrong with the queues' waits when they are taken together: one alert is of them all. */
export function checkMaxWaits(
  queues: Readonly<Record<string, Pick<QueueSettings, "maxWait">>>,
  alerts: AlertSettings,
): string[] {
  const waits = new Set(Object.values(queues).map((queue) => maxWaitOf(queue, alerts)));
  const max = ALERT_POLICY_LIMITS.conditions;
  if (!alerts.enabled || waits.size <= max) return [];
  const sorted = [...waits].sort((a, b) => a - b).map((seconds) => `${seconds}s`);
  return [
    `tasks/queues.ts: the queues' 'maxWait' has ${waits.size} values, ${list(sorted)}; an alert of Cloud Monitoring ` +
      `takes ${max}. Give some queues the same, or none: then it is 'alerts.maxWait', '${alerts.maxWaitS}s'.`,
  ];
}

const CANARY_RULE =
  "it must be a cron expression that runs every hour at least, such as '*/5 * * * *'";

/** When each queue is sent a ping. */
export const canary = z.string({ error: CANARY_RULE }).refine(isOften, { error: CANARY_RULE });

function isOften(expression: string): boolean {
  try {
    return longestGapMinutes(parseCron(expression)) <= 60;
  } catch {
    return false;
  }
}
