import type { Labels, Series, SeriesSet } from "./timeSeries.ts";
import type { ThresholdCondition } from "./alertConditions.ts";

/** What was seen of a series. Times are in milliseconds. */
interface Watched {
  readonly labels: Labels;
  /** Since when it has been beyond the value; `undefined` while it is not. */
  since: number | undefined;
  /** When it had a point. */
  lastPoint: number;
}

/** What became of a series when it was looked at. */
export interface Verdict {
  readonly labels: Labels;
  readonly isMet: boolean;
}

/** Watches the series that a condition asks for. */
export class ThresholdWatch {
  readonly #condition: ThresholdCondition;
  readonly #series = new Map<string, Watched>();

  constructor(condition: ThresholdCondition) {
    this.#condition = condition;
  }

  /** Looks at the newest points there are `now`, each of its period. */
  look({ series }: Pick<SeriesSet, "series">, now: number): Verdict[] {
    const { isBeyond, missing, closeAfterMs, durationMs } = this.#condition;
    for (const one of series) {
      const value = one.points.at(-1)?.value;
      if (typeof value !== "number") continue;
      const watched = this.#watchedOf(one, now);
      watched.lastPoint = now;
      watched.since = isBeyond(value) ? (watched.since ?? now) : undefined;
    }
    return Array.from(this.#series, ([key, watched]) => {
      if (watched.lastPoint < now) {
        const isOld = now - watched.lastPoint >= closeAfterMs;
        if (missing === "beyond") watched.since ??= now;
        else if (missing === "not beyond" || isOld) watched.since = undefined;
        if (isOld) this.#series.delete(key);
      }
      const isMet = watched.since !== undefined && now - watched.since >= durationMs;
      return { labels: watched.labels, isMet };
    });
  }

  #watchedOf(series: Series, now: number): Watched {
    const labels = labelsOf(series);
    const key = JSON.stringify(labels);
    let watched = this.#series.get(key);
    if (!watched) {
      watched = { labels, since: undefined, lastPoint: now };
      this.#series.set(key, watched);
    }
    return watched;
  }
}

/** What tells a series from the others of its metric. */
function labelsOf({ resourceLabels, metricLabels }: Series): Labels {
  // The project is what all of them are of.
  return Object.fromEntries(
    Object.entries({ ...resourceLabels, ...metricLabels })
      .filter(([key]) => key !== "project_id")
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
