import { Distribution } from "./distribution.ts";
import { KEPT_MINUTES, MinuteSeries } from "./minuteSeries.ts";
import type { Labels } from "./timeSeries.ts";

/** Counts by the HTTP status that something ended with. */
export type CountsByCode = Map<number, MinuteSeries<number>>;

/** What was recorded of one queue. */
export class QueueRecord {
  readonly labels: Labels;
  /** How many tasks it had when the minute began. */
  readonly depth = new MinuteSeries<number>();
  readonly deliveries: CountsByCode = new Map();
  readonly delays = new MinuteSeries<Distribution>();
  /** By the name of the method. */
  readonly calls = new Map<string, CountsByCode>();
  #lastMinute = 0;

  /** The queue's full name. */
  constructor(name: string) {
    const [, project = "", , location = "", , queue = ""] = name.split("/");
    this.labels = { project_id: project, location, queue_id: queue };
  }

  sample(depth: number, firstMinute: number, lastMinute: number): void {
    for (let minute = firstMinute; minute <= lastMinute; minute++) this.depth.put(minute, depth);
    this.#lastMinute = lastMinute;
  }

  delivery(code: number, delayMs: number, minute: number): void {
    count(this.deliveries, code, minute);
    let delays = this.delays.at(minute);
    if (delays === undefined) {
      delays = new Distribution();
      this.delays.put(minute, delays);
    }
    delays.add(delayMs);
    this.#lastMinute = minute;
  }

  call(method: string, code: number, minute: number): void {
    let counts = this.calls.get(method);
    if (counts === undefined) {
      counts = new Map();
      this.calls.set(method, counts);
    }
    count(counts, code, minute);
    this.#lastMinute = minute;
  }

  /** Whether all that it holds is older than is kept. */
  isOver(minute: number): boolean {
    return this.#lastMinute <= minute - KEPT_MINUTES;
  }
}

function count(counts: CountsByCode, code: number, minute: number): void {
  let series = counts.get(code);
  if (series === undefined) {
    series = new MinuteSeries();
    counts.set(code, series);
  }
  series.put(minute, (series.at(minute) ?? 0) + 1);
}
