import type { Values } from "../../../operate/queues/minutes.ts";
import { useAsk } from "../api.ts";
import { Chart } from "../chart.tsx";
import { costWords, SERIES_MS } from "../asking.ts";
import { useFresh } from "../live.ts";
import { Problem, type About } from "../parts.tsx";
import { countWords } from "../words.ts";

const HOUR_S = 3600;

interface SeriesProps {
  readonly about: About;
  readonly queue: string;
  /** How many queues are asked for their state beside it. */
  readonly asked: number;
}

/** What Monitoring has of a queue's last hour. */
export function Series({ about, queue, asked }: SeriesProps) {
  const { answer, error, again } = useAsk("series", { queue });
  useFresh(again, false, SERIES_MS);
  return (
    <section aria-labelledby="series-title">
      <h2 id="series-title">The last hour</h2>
      <Problem error={error} />
      {answer?.times.length === 0 && (
        <p class="quiet">Nothing is measured yet: Monitoring has a point a minute.</p>
      )}
      {answer && answer.times.length > 0 && (
        <div class="charts">
          <Chart
            words={wordsOf("Tasks", [["tasks", answer.tasks]])}
            times={answer.times}
            leastSpan={HOUR_S}
            lines={[{ label: "tasks", values: answer.tasks }]}
          />
          <Chart
            words={wordsOf("Deliveries a second", [["deliveries a second", answer.rate]])}
            times={answer.times}
            leastSpan={HOUR_S}
            lines={[{ label: "deliveries a second", values: answer.rate }]}
          />
          <Chart
            words={wordsOf("Milliseconds that deliveries waited", [
              ["p50", answer.delayP50],
              ["p99", answer.delayP99],
            ])}
            times={answer.times}
            leastSpan={HOUR_S}
            lines={[
              { label: "wait p50, ms", values: answer.delayP50 },
              { label: "wait p99, ms", values: answer.delayP99 },
            ]}
          />
          {answer.ended && (
            <Chart
              words={wordsOf("Tasks that ended each minute", [
                ["done", answer.ended.done],
                ["dead letters", answer.ended.deadLetter],
              ])}
              times={answer.times}
              leastSpan={HOUR_S}
              lines={[
                { label: "done a minute", values: answer.ended.done },
                { label: "dead letters a minute", values: answer.ended.deadLetter },
              ]}
            />
          )}
        </div>
      )}
      {answer && !answer.ended && (
        <p class="quiet">How tasks end is counted in a stack that has alerts.</p>
      )}
      {answer && !about.isLocal && <p class="quiet">{costWords(asked, answer.calls)}</p>}
    </section>
  );
}

/** `Tasks: last 12, at most 5,210 in the hour.` */
function wordsOf(
  what: string,
  lines: readonly (readonly [name: string, values: Values])[],
): string {
  const words = lines.map(([name, values]) => {
    const known = values.filter((value) => value !== null);
    const last = known.at(-1);
    if (last === undefined) return `${name} not measured`;
    return `${name} ${rounded(last)}, at most ${rounded(Math.max(...known))}`;
  });
  return `${what} in the last hour: ${words.join("; ")}.`;
}

function rounded(value: number): string {
  return countWords(Math.round(value * 10) / 10);
}

/** How many tasks a queue held in the last hour, as small as a word. */
export function Spark({ values }: { readonly values: Values }) {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return <>-</>;
  const most = Math.max(...known);
  const points = values.flatMap((value, i) =>
    value === null
      ? []
      : [`${(i * 60) / Math.max(1, values.length - 1)},${15 - (14 * value) / Math.max(1, most)}`],
  );
  return (
    <svg
      class="spark"
      role="img"
      aria-label={`Tasks in the last hour: last ${countWords(last)}, at most ${countWords(most)}.`}
      viewBox="0 0 60 16"
    >
      {/* Twice: of one point alone, nothing would be drawn. */}
      <polyline points={[...points, ...points.slice(-1)].join(" ")} />
    </svg>
  );
}

/** The depths of all queues, once a minute. */
export function useDepths() {
  const { answer, again } = useAsk("depths");
  useFresh(again, false, SERIES_MS);
  return answer?.tasks ?? {};
}
