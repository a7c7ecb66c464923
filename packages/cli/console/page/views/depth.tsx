import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { AnswerOf } from "../../server/calls.ts";

type QueueView = AnswerOf<"queues">["queues"][number];

/** Samples that are kept: an hour of them at the pace of production. */
const MOST_SAMPLES = 720;
/** What the time axis spans at the least. */
const LEAST_SPAN_S = 60;
const COLORS = ["#3b82f6", "#10b981", "#f59e0b", "#ef4444", "#8b5cf6", "#14b8a6"];

/** How many tasks each queue held, since the page was opened. */
const samples: { time: number; tasks: Record<string, number> }[] = [];

function sample(now: number, queues: readonly QueueView[]): void {
  if (samples.at(-1)?.time === now / 1000) return;
  const tasks = Object.fromEntries(queues.map(({ key, tasks: count }) => [key, count]));
  samples.push({ time: now / 1000, tasks });
  if (samples.length > MOST_SAMPLES) samples.shift();
}

/** A chart of how many tasks wait, for who can see it: the table above says the same of this moment. */
export function Depth({
  now,
  queues,
}: {
  readonly now: number;
  readonly queues: readonly QueueView[];
}) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  sample(now, queues);
  const keys = queues.map(({ key }) => key);
  const names = keys.join();
  useEffect(() => {
    const div = place.current;
    if (!div) return;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const axis = { stroke: dark ? "#aab" : "#556", grid: { stroke: dark ? "#2a2f3a" : "#e4e7ee" } };
    const times = (_: uPlot, splits: number[]): string[] =>
      splits.map((time) => new Date(time * 1000).toLocaleTimeString("en-GB"));
    const plot = new uPlot(
      {
        width: div.clientWidth,
        height: 140,
        // Its values of this moment are in the table above.
        legend: { show: true, live: false },
        scales: {
          // A first sample alone has no span of its own.
          x: { range: (_, min, max) => [Math.min(min, max - LEAST_SPAN_S), max] },
          y: { range: (_, min, max) => [Math.min(0, min), Math.max(4, max * 1.1)] },
        },
        axes: [
          { ...axis, values: times, space: 80 },
          { ...axis, size: 60 },
        ],
        series: [
          {},
          ...keys.map((label, i) => ({
            label,
            width: 2,
            points: { show: false },
            stroke: COLORS[i % COLORS.length] ?? "#888",
          })),
        ],
      },
      [[], ...keys.map(() => [])],
      div,
    );
    chart.current = plot;
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: div.clientWidth, height: 140 });
    });
    observer.observe(div);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = undefined;
    };
  }, [names]);
  useEffect(() => {
    chart.current?.setData([
      samples.map(({ time }) => time),
      ...keys.map((key) => samples.map(({ tasks }) => tasks[key] ?? 0)),
    ]);
  });
  return (
    <figure aria-label="Tasks that waited on each queue since this page was opened">
      <div ref={place} />
    </figure>
  );
}
