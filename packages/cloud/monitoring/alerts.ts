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

export interface AlertsOptions<Entry> {
  readonly clock: Clock;
  readonly events: Events;
  /** The alert policies that there are. */
  readonly policies: () => Iterable<Message>;
  /** Where the metrics are recorded. */
  readonly metrics: readonly MetricSource[];
  /** Reads a filter of logs, and the extractors of labels. Throws a `GoogleError` for what is none. */
  readonly matchEntry: (filter: string, extractors: Labels) => (entry: Entry) => Labels | undefined;
}

/** A condition, and what is needed to judge it. */
type Judged<Entry> =
  | (LogCondition & { readonly match: (entry: Entry) => Labels | undefined })
  | (ThresholdCondition & { readonly watch: ThresholdWatch });

/**
 * Judges the alert policies that can be judged here: by the entries of logs as they are written, and by time series.
 * It tells by events when an alert opens and closes; nobody is notified.
 */
export class Alerts<Entry> {
  readonly #options: AlertsOptions<Entry>;
  readonly #incidents: Incidents;
  /** By the policy as it is kept: a changed one is another. `undefined` for one that cannot be judged. */
  readonly #judged = new WeakMap<Message, readonly Judged<Entry>[] | undefined>();
  #timer: Timer | undefined;

  constructor(options: AlertsOptions<Entry>) {
    this.#options = options;
    this.#incidents = new Incidents(options);
  }

  /** Goes on with the policies that there are. Where there are none, no clock has to stop for them. */
  start(): void {
    if ([...this.#options.policies()].length > 0) this.#lookLater();
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

  /** To be told of a policy that was made, changed or deleted: what was open of it is closed. */
  changed(policy: string): void {
    this.#incidents.closeAll(policy);
    this.#lookLater();
  }

  /** To be told of an entry of a log, which is made where a policy asks for one. */
  entry(make: () => Entry): void {
    for (const policy of this.#options.policies()) {
      for (const [index, condition] of (this.#conditionsOf(policy) ?? []).entries()) {
        if (condition.kind !== "log") continue;
        const labels = condition.match(make());
        if (labels === undefined) continue;
        this.#incidents.open(policy, keyOf(index, labels), labels, condition.closeAfterMs);
      }
    }
  }

  /** What is open, the oldest first, and the policies that cannot be judged here. */
  list(): object {
    const byName = new Map(
      Array.from(this.#options.policies(), (policy) => [textOf(policy, "name"), policy]),
    );
    return {
      open: this.#incidents.all().map(({ openTime, ...incident }) => ({
        ...incident,
        openTime: msToTimestamp(openTime),
        documentation: byName.get(incident.policy)?.["documentation"],
      })),
      notJudged: [...byName.values()]
        .filter((policy) => this.#conditionsOf(policy) === undefined)
        .map((policy) => ({
          policy: textOf(policy, "name"),
          displayName: textOf(policy, "displayName"),
        })),
    };
  }

  /** The newest alerts, over or not, the newest first. */
  remembered(): Remembered[] {
    return this.#incidents.remembered();
  }

  /** Looks at the thresholds that are due, and again when the next ones are. */
  #look(): void {
    const now = this.#options.clock.now();
    let isNeeded = false;
    for (const policy of this.#options.policies()) {
      for (const [index, condition] of (this.#conditionsOf(policy) ?? []).entries()) {
        if (condition.kind !== "threshold") continue;
        isNeeded = true;
        if (now % condition.periodMs < MINUTE_MS) this.#judge(policy, index, condition);
      }
    }
    if (isNeeded) this.#lookLater();
  }

  #judge(
    policy: Message,
    index: number,
    condition: Judged<Entry> & { readonly kind: "threshold" },
  ): void {
    const set = this.#read(condition);
    for (const { labels, isMet } of condition.watch.look(set, this.#options.clock.now())) {
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

  #conditionsOf(policy: Message): readonly Judged<Entry>[] | undefined {
    if (policy["enabled"] === false) return [];
    if (!this.#judged.has(policy)) this.#judged.set(policy, this.#judgedOf(policy));
    return this.#judged.get(policy);
  }

  #judgedOf(policy: Message): readonly Judged<Entry>[] | undefined {
    try {
      return conditionsOf(policy)?.map((condition) =>
        condition.kind === "log"
          ? {
              ...condition,
              match: this.#options.matchEntry(condition.filter, condition.extractors),
            }
          : { ...condition, watch: new ThresholdWatch(condition) },
      );
    } catch (error) {
      if (error instanceof GoogleError) return undefined;
      throw error;
    }
  }
}

/** What is told apart of a policy: a condition, and what it is about. */
function keyOf(condition: number, labels: Labels): string {
  return JSON.stringify([condition, labels]);
}
