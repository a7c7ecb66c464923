import type { AnswerOf } from "../../server/calls.ts";
import { Chart } from "../chart.tsx";
import { withSample, type Sample } from "../samples.ts";

interface Asked {
  readonly now: number;
  readonly queues: readonly AnswerOf<"queues">["queues"][number][];
}

/** How many tasks each queue held, since the page was opened. */
let samples: readonly Sample[] = [];
/** The answer that was sampled last. */
let sampled: Asked | undefined;

function sample(asked: Asked): void {
  // A view is drawn anew for other reasons, too.
  if (sampled === asked) return;
  sampled = asked;
  const tasks = Object.fromEntries(asked.queues.map(({ key, tasks: count }) => [key, count]));
  samples = withSample(samples, { time: asked.now, told: Date.now(), tasks });
}

/**
 * A chart of how many tasks wait, for who can see it: what is above says the same of this moment. All queues are
 * remembered, whichever are shown; where one was not asked, it has no line.
 */
export function Depth({
  asked,
  shown,
}: {
  /** The answer that tells it. */
  readonly asked: Asked;
  readonly shown: Asked["queues"];
}) {
  sample(asked);
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
