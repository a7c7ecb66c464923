import type { AnswerOf } from "../../server/calls.ts";
import { useLive, type LiveEvent } from "../live.ts";
import { last, moment } from "../words.ts";
import { diedIn } from "./liveLines.tsx";

type Gone = Extract<AnswerOf<"task">, { readonly kind: "gone" }>;

/** How a task ended that is on no queue, as far as somebody tells it. */
export interface TaskEnd {
  readonly how: "done" | "dead-letter" | "deleted" | "unknown";
  /** Its name in `tasks/tasks.ts`. */
  readonly task?: string | undefined;
  /** In milliseconds. */
  readonly time?: number;
}

interface GoneProps {
  readonly answer: Gone;
}

/** What a page of a task is called that is on no queue: `Done: send-email`. */
export function GoneTitle({ answer }: GoneProps) {
  const { how, task } = endOf(answer, useLive().events);
  const { title } = HOW[how];
  return <>{how === "unknown" ? title : `${title}: ${task ?? "(unknown)"}`}</>;
}

/** Says of such a task how it ended. */
export function GoneTask({ answer, id }: GoneProps & { readonly id: string }) {
  const { how, time } = endOf(answer, useLive().events);
  const at = time === undefined ? "" : ` on ${moment(time)}`;
  return (
    <p>
      Task {last(id)} {HOW[how].words.replace("<at>", at)}. What the log still knows of it is below.
    </p>
  );
}

const HOW: Readonly<Record<TaskEnd["how"], { readonly title: string; readonly words: string }>> = {
  done: { title: "Done", words: "was done<at>" },
  "dead-letter": {
    title: "Gone as a dead letter",
    words: "became a dead letter<at>, which is gone: redriven, discarded, or no longer kept",
  },
  deleted: { title: "Deleted", words: "was deleted<at>" },
  unknown: { title: "A task that is on no queue", words: "is done, or somebody deleted it" },
};

/** The end of a task as the worker's log tells it, or else the local cloud. */
export function endOf(
  { taskId, timeline }: Pick<Gone, "taskId" | "timeline">,
  events: readonly LiveEvent[],
): TaskEnd {
  const logged = timeline.findLast(
    ({ outcome }) => outcome === "done" || outcome === "dead-letter",
  );
  if (logged) {
    const { outcome, task, time } = logged;
    return { how: outcome === "done" ? "done" : "dead-letter", time, task: task || undefined };
  }
  const own = events.filter(({ event }) => "task" in event && last(event.task) === taskId);
  const [{ event: named } = {}] = own.filter(({ event }) => "url" in event);
  const task = named && "url" in named ? last(named.url) : undefined;
  const end = own.findLast(
    ({ name, event }) =>
      name === "taskDeleted" || (name === "deliveryFinished" && event.end === "done"),
  );
  if (!end) return { how: "unknown" };
  const { time } = end.event;
  if (end.name === "taskDeleted") return { how: "deleted", task, time };
  return { how: diedIn(events).has(taskId) ? "dead-letter" : "done", task, time };
}
