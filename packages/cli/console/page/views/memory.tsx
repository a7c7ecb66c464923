import { useAsk } from "../api.ts";
import { costWords, SERIES_MS } from "../asking.ts";
import { Chart } from "../chart.tsx";
import { useFresh } from "../live.ts";
import { Problem } from "../parts.tsx";

/** How full the memory of a deployed stack's workers was in the last hour, read once a minute. */
export function Memory() {
  const { answer, error, again } = useAsk("memory");
  useFresh(again, false, SERIES_MS);
  if (!answer) return <Problem error={error} />;
  const lines = Object.entries(answer.shares).map(([label, shares]) => ({
    label: `${label}, % of its memory`,
    values: shares.map((share) => (share === null ? null : share * 100)),
  }));
  const words = lines.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    const latest = known.at(-1);
    if (latest === undefined) return `${label}: not measured`;
    return `${label}: ${Math.round(latest)}, at most ${Math.round(Math.max(...known))}`;
  });
  return (
    <section aria-labelledby="memory-title">
      <h2 id="memory-title">Memory in the last hour, p99 of the instances</h2>
      <Problem error={error} />
      {answer.times.length === 0 ? (
        <p class="quiet">Nothing is measured yet: Monitoring has a point a minute.</p>
      ) : (
        <Chart words={`${words.join("; ")}.`} times={answer.times} lines={lines} />
      )}
      <p class="quiet">{costWords(0, 1)}</p>
    </section>
  );
}
