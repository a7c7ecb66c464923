import { durationMs } from "../../../../tasks/contract/duration.ts";
import { spanWords } from "../../command/words.ts";
import type { AlertPolicy } from "../calls/messages.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";

/**
 * What a stack's alerts say, as far as it can be judged from outside: Google lists no incidents. Judged is what the
 * policies themselves ask for, of entries of the logs and of series that are compared with a threshold; what is asked
 * in PromQL is left to Google.
 */
export interface AlertsView {
  /** The titles of those that were judged, and of those that were not. */
  readonly judged: readonly string[];
  readonly notJudged: readonly string[];
  readonly firing: readonly FiringAlert[];
}

export interface FiringAlert {
  readonly title: string;
  /** Whether it has held for long enough; where not, it will fire if it goes on. */
  readonly fires: boolean;
  readonly why: string;
}

type Calls = Pick<OperatorCalls, "listAlertPolicies" | "listLogEntries" | "listTimeSeries">;
type Condition = AlertPolicy["conditions"][number];

/** One call for all policies, and one for each that is judged. */
export async function alertsView(calls: Calls, now: number): Promise<AlertsView> {
  const policies = await calls.listAlertPolicies();
  const judgements = await Promise.all(
    policies.flatMap(({ conditions, alertStrategy }) => {
      const closedAfterMs = durationMs(alertStrategy.autoClose ?? "") ?? 0;
      return conditions.map(async (condition) => ({
        title: condition.displayName,
        verdict: await judge(calls, condition, closedAfterMs, now),
      }));
    }),
  );
  const titles = (isJudged: boolean): string[] =>
    judgements
      .filter(({ verdict }) => (verdict !== "not judged") === isJudged)
      .map(({ title }) => title);
  return {
    judged: titles(true),
    notJudged: titles(false),
    firing: judgements.flatMap(({ title, verdict }) =>
      typeof verdict === "object" ? [{ title, ...verdict }] : [],
    ),
  };
}

type Verdict = Omit<FiringAlert, "title"> | "quiet" | "not judged";

async function judge(
  calls: Calls,
  { conditionMatchedLog: log, conditionThreshold: threshold }: Condition,
  closedAfterMs: number,
  now: number,
): Promise<Verdict> {
  if (log) return judgeLog(calls, log.filter, closedAfterMs, now);
  if (threshold) return judgeThreshold(calls, threshold, now);
  return "not judged";
}

/** An entry opens an incident, which is closed when none has come for so long. */
async function judgeLog(
  { listLogEntries }: Calls,
  filter: string,
  closedAfterMs: number,
  now: number,
): Promise<Verdict> {
  const since = new Date(now - closedAfterMs).toISOString();
  for await (const entries of listLogEntries(`(${filter}) AND timestamp>="${since}"`)) {
    if (entries.length === 0) break;
    return { fires: true, why: `a line of the log within the last ${spanWords(closedAfterMs)}` };
  }
  return "quiet";
}

/** How late a series may be that is not wrong. */
const LATE_MS = 600_000;

async function judgeThreshold(
  { listTimeSeries }: Calls,
  { filter, thresholdValue, duration, aggregations }: NonNullable<Condition["conditionThreshold"]>,
  now: number,
): Promise<Verdict> {
  const [aggregation] = aggregations;
  const needMs = durationMs(duration) ?? 0;
  const stepMs = durationMs(aggregation?.alignmentPeriod ?? "") ?? 60_000;
  const series = await listTimeSeries({
    filter,
    from: now - needMs - stepMs - LATE_MS,
    to: now,
    ...(aggregation && { aggregation }),
  });
  const heldMs = Math.max(
    0,
    ...series.map(({ points }) => {
      const end = points.findIndex(
        ({ value }) => (value.int64Value ?? value.doubleValue ?? 0) <= thresholdValue,
      );
      return (end === -1 ? points.length : end) * stepMs;
    }),
  );
  if (heldMs === 0) return "quiet";
  const isFiring = heldMs >= needMs;
  return {
    fires: isFiring,
    why: `above ${thresholdValue} for ${spanWords(Math.min(heldMs, needMs))}${isFiring ? "" : ` of ${spanWords(needMs)}`}`,
  };
}
