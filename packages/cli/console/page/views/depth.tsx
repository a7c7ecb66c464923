import type { AnswerOf } from "../../server/calls.ts";
import { Chart } from "../chart.tsx";

type QueueView = AnswerOf<"queues">["queues"][number];

/** Samples that are kept: an hour of them at the pace of production. */
const MOST_SAMPLES = 720;

/** How many tasks each queue held, since the page was opened. */
const samples: { time: number; tasks: Record<string, number> }[] = [];

function sample(now: number, queues: readonly QueueView[]): void {
  if (samples.at(-1)?.time === now) return;
  const tasks = Object.fromEntries(queues.map(({ key, tasks: count }) => [key, count]));
  samples.push({ time: now, tasks });
  if (samples.length > MOST_SAMPLES) samples.shift();
}

/**
 * A chart of how many tasks wait, for who can see it: what is above says the same of this moment. All queues are
 * remembered, whichever are shown; where one was not asked, it has no line.
 */
export function Depth({
  now,
  queues,
  shown = queues,
}: {
  readonly now: number;
  readonly queues: readonly QueueView[];
  readonly shown?: readonly QueueView[];
}) {
  sample(now, queues);
  return (
    <>
      <h2>Tasks that wait, since this page was opened</h2>
      <Chart
        words={`Tasks that waited on ${shown.length === 1 ? "the queue" : "each queue"} since this page was opened`}
        times={samples.map(({ time }) => time)}
        lines={shown.map(({ key }) => ({
          label: key,
          values: samples.map(({ tasks }) => tasks[key] ?? null),
        }))}
      />
    </>
  );
}
