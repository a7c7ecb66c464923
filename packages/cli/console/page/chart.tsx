import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { messageOf } from "./api.ts";
import { timeRange } from "./timeRange.ts";
import { clock } from "./words.ts";

/** One line of a chart. `null` where nothing is known. */
export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

const COLORS = ["#3b82f6", "#10b981", "#f59e0b", "#ef4444", "#8b5cf6", "#14b8a6"];
const HEIGHT = 140;

interface ChartProps {
  readonly words: string;
  /** In milliseconds. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  /**
   * What the time axis spans at the least, in seconds.
   *
   * @default 60
   */
  readonly leastSpan?: number;
}

/** Lines over time, for who can see them; `words` say to a screen reader what they show. */
export function Chart(props: ChartProps) {
  const { words, lines } = props;
  const isEmpty = lines.every(({ values }) => values.every((value) => value === null));
  return (
    <figure role="img" aria-label={words}>
      {isEmpty ? <Nothing lines={lines} /> : <Plot {...props} />}
    </figure>
  );
}

/** Axes without a line would tell times at which nothing was. */
function Nothing({ lines }: Pick<ChartProps, "lines">) {
  return <p class="quiet">{lines.map(({ label }) => label).join(", ")}: nothing yet</p>;
}

function Plot({ times, lines, leastSpan = 60 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const labels = lines.map(({ label }) => label);
  const names = labels.join();
  const data = useRef<uPlot.AlignedData>([[]]);
  data.current = [times.map((time) => time / 1000), ...lines.map(({ values }) => [...values])];
  useEffect(() => {
    const div = place.current;
    if (!div) return;
    let end: (() => void) | undefined = () => undefined;
    // It is a third of the page's script: what is above charts is there sooner without it.
    import("uplot").then(
      ({ default: Plot }) => {
        if (!end) return;
        const plot = new Plot(optionsOf(div.clientWidth, labels, leastSpan), data.current, div);
        chart.current = plot;
        const observer = new ResizeObserver(() => {
          plot.setSize({ width: div.clientWidth, height: HEIGHT });
        });
        observer.observe(div);
        end = () => {
          observer.disconnect();
          plot.destroy();
          chart.current = undefined;
        };
      },
      (error: unknown) => {
        div.textContent = `It cannot be drawn: ${messageOf(error)}`;
      },
    );
    return () => {
      end?.();
      end = undefined;
    };
  }, [names]);
  useEffect(() => {
    chart.current?.setData(data.current);
  });
  return <div ref={place} />;
}

function optionsOf(width: number, labels: readonly string[], leastSpan: number): uPlot.Options {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const axis = { stroke: dark ? "#aab" : "#556", grid: { stroke: dark ? "#2a2f3a" : "#e4e7ee" } };
  const clocks = (_: uPlot, splits: number[]): string[] =>
    splits.map((time) => clock(time * 1000).slice(0, "14:05:09".length));
  return {
    width,
    height: HEIGHT,
    // On the right there is room for half of the last time that the axis tells.
    padding: [null, 30, null, null],
    legend: { show: true, live: false },
    scales: {
      x: { range: ({ data: [times] }, min, max) => timeRange(times, [min, max], leastSpan) },
      y: { range: (_, min, max) => [Math.min(0, min), Math.max(4, max * 1.1)] },
    },
    axes: [
      { ...axis, values: clocks, space: 80 },
      { ...axis, size: 60 },
    ],
    series: [
      {},
      ...labels.map((label, i) => ({
        label,
        width: 2,
        // One value makes no line, be it the only one or alone between two gaps.
        points: { show: false, filter: ({ data }: uPlot, line: number) => aloneIn(data[line]) },
        stroke: COLORS[i % COLORS.length] ?? "#888",
      })),
    ],
  };
}

/** Where a line has values without a neighbour; `null` where it has none such. */
function aloneIn(line: ArrayLike<number | null | undefined> = []): number[] | null {
  const isKnown = (at: number): boolean => (line[at] ?? undefined) !== undefined;
  const alone = Array.from(line, (_, at) => at).filter(
    (at) => isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1),
  );
  return alone.length === 0 ? null : alone;
}
