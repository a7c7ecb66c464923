import type { Events } from "../api/events.ts";
import { GoogleError } from "../api/googleError.ts";
import { msToTimestamp } from "../api/protoTime.ts";
import type { Message } from "../api/protoJson.ts";
import { textOf } from "../data/storedMethods.ts";
import type { Clock, Timer } from "../time/clock.ts";
import { conditionsOf, type LogCondition, type ThresholdCondition } from "./alertConditions.ts";
import { Incidents, type Remembered } from "./incidents.ts";
import type { MetricSource } from "./metricSource.ts";
import { MINUTE_MS } from "./minuteSeries.ts";
import { readTimeSeries } from "./readTimeSeries.ts";
import { ThresholdWatch } from "./thresholdWatch.ts";
import type { Labels, SeriesSet } from "./timeSeries.ts";

export interface AlertsOptions {
  readonly clock: Clock;
  readonly events: Events;
  /** Where the metrics are recorded. */
  readonly metrics: readonly MetricSource[];
  /**
   * Tells what is taken out of every entry of a log that matches a filter. Returns what ends that. Throws a
   * `GoogleError` for a filter or an extractor that is none.
   */
  readonly watchEntries: (
    filter: string,
    extractors: Labels,
    tell: (labels: Labels) => void,
  ) => () => void;
  /** Tells now of all entries that were written. */
  readonly catchUp: () => void;
}

/** A threshold, and what was seen of it. */
interface WatchedThreshold {
  /** Of the policy's conditions. */
  readonly index: number;
  readonly condition: ThresholdCondition;
  readonly watch: ThresholdWatch;
}

/** A policy, and how it is judged. */
interface JudgedPolicy {
  readonly policy: Message;
  /** One that cannot be is not judged at all. */
  readonly isJudged: boolean;
  readonly thresholds: readonly WatchedThreshold[];
  /** No entry of a log is looked at for it any more. */
  readonly end: () => void;
}

/**
 * Judges the alert policies that can be judged here: by the entries of logs as they are written, and by time series.
 * It tells by events when an alert opens and closes; nobody is notified.
 */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #incidents: Incidents;
  /** By name. */
  readonly #policies = new Map<string, JudgedPolicy>();
  #timer: Timer | undefined;

  /** Judges these policies, and those that it is told of. */
  constructor(policies: Iterable<Message>, options: AlertsOptions) {
    this.#options = options;
    this.#incidents = new Incidents(options);
    for (const policy of policies) this.#judge(policy);
  }

  /** Goes on with the policies that there are. Where there are none, no clock has to stop for them. */
  start(): void {
    if (this.#policies.size > 0) this.#lookLater();
  }

  #lookLater(): void {
    this.#timer?.cancel();
    const { clock } = this.#options;
    const now = clock.now();
    this.#timer = clock.at((Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS, () => {
      this.#look();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#incidents.stop();
  }

  /** Judges a policy that was made or changed. What was open of the one before is closed. */
  put(policy: Message): void {
    this.#end(textOf(policy, "name"));
    this.#judge(policy);
    this.#lookLater();
  }

  /** Closes what is open of a policy that is deleted. */
  delete(name: string): void {
    this.#end(name);
    this.#policies.delete(name);
  }

  /** What is open, the oldest first, and the policies that cannot be judged here. */
  list(): object {
    this.#options.catchUp();
    return {
      open: this.#incidents.all().map(({ openTime, ...incident }) => ({
        ...incident,
        openTime: msToTimestamp(openTime),
        documentation: this.#policies.get(incident.policy)?.policy["documentation"],
      })),
      notJudged: [...this.#policies.values()]
        .filter(({ isJudged }) => !isJudged)
        .map(({ policy }) => ({
          policy: textOf(policy, "name"),
          displayName: textOf(policy, "displayName"),
        })),
    };
  }

  /** The newest alerts, over or not, the newest first. */
  remembered(): Remembered[] {
    this.#options.catchUp();
    return this.#incidents.remembered();
  }

  /** Looks at the thresholds that are due, and again when the next ones are. */
  #look(): void {
    const now = this.#options.clock.now();
    let isNeeded = false;
    for (const { policy, thresholds } of this.#policies.values()) {
      for (const threshold of thresholds) {
        isNeeded = true;
        if (now % threshold.condition.periodMs < MINUTE_MS) this.#lookAt(policy, threshold);
      }
    }
    if (isNeeded) this.#lookLater();
  }

  #lookAt(policy: Message, { index, condition, watch }: WatchedThreshold): void {
    const set = this.#read(condition);
    for (const { labels, isMet } of watch.look(set, this.#options.clock.now())) {
      const key = keyOf(index, labels);
      if (isMet) this.#incidents.open(policy, key, labels);
      else this.#incidents.close(textOf(policy, "name"), key);
    }
  }

  #read({ asked, periodMs }: ThresholdCondition): Pick<SeriesSet, "series"> {
    const { clock, metrics } = this.#options;
    const endTime = clock.now();
    try {
      return readTimeSeries({ ...asked, startTime: endTime - periodMs, endTime }, metrics, endTime);
    } catch (error) {
      // Of a metric that is not there yet, or not here, there are no points.
      if (error instanceof GoogleError) return { series: [] };
      throw error;
    }
  }

  #judge(policy: Message): void {
    this.#policies.set(textOf(policy, "name"), this.#judged(policy));
  }

  #judged(policy: Message): JudgedPolicy {
    const none = { policy, isJudged: true, thresholds: [], end: () => undefined };
    if (policy["enabled"] === false) return none;
    const ends: (() => void)[] = [];
    const end = (): void => {
      for (const one of ends) one();
    };
    const thresholds: WatchedThreshold[] = [];
    try {
      const conditions = conditionsOf(policy);
      if (conditions === undefined) return { ...none, isJudged: false };
      for (const [index, condition] of conditions.entries()) {
        if (condition.kind === "log") ends.push(this.#watchEntries(policy, index, condition));
        else thresholds.push({ index, condition, watch: new ThresholdWatch(condition) });
      }
    } catch (error) {
      end();
      if (error instanceof GoogleError) return { ...none, isJudged: false };
      throw error;
    }
    return { policy, isJudged: true, thresholds, end };
  }

  #watchEntries(policy: Message, index: number, condition: LogCondition): () => void {
    const { filter, extractors, closeAfterMs } = condition;
    return this.#options.watchEntries(filter, extractors, (labels) => {
      this.#incidents.open(policy, keyOf(index, labels), labels, closeAfterMs);
    });
  }

  #end(name: string): void {
    this.#policies.get(name)?.end();
    this.#incidents.closeAll(name);
  }
}

/** What is told apart of a policy: a condition, and what it is about. */
function keyOf(condition: number, labels: Labels): string {
  return JSON.stringify([condition, labels]);
}
