import { queueSchema } from "../../operate/calls/messages.ts";
import { queueView } from "../../operate/queues/queueViews.ts";
import { START } from "../support/operatorCloud.ts";

/** The view at the start, of a queue that holds ten tasks and delivered two in the last minute. */
function viewOf({ state = "RUNNING", stats = {} }: { state?: string; stats?: object }) {
  const name = "projects/p/locations/l/queues/email-1a2b3c4d";
  const told = { tasksCount: 10, executedLastMinuteCount: 2, ...stats };
  return queueView("email", queueSchema.parse({ name, state, stats: told }), undefined, +START);
}

/** So many milliseconds after the start, as Google writes a time. */
const at = (ms: number): string => new Date(+START + ms).toISOString();

describe("When a queue drains", () => {
  it("is foretold from the pace of the last minute", () => {
    expect(viewOf({}).drainsInMs).toBe(300_000);
    expect(viewOf({ stats: { oldestEstimatedArrivalTime: at(0) } }).drainsInMs).toBe(300_000);
  });

  it.each([
    ["while none of its tasks is due yet", { stats: { oldestEstimatedArrivalTime: at(1) } }],
    ["of a queue that delivered nothing", { stats: { executedLastMinuteCount: 0 } }],
    ["of a queue that holds nothing", { stats: { tasksCount: 0 } }],
    ["of a paused queue", { state: "PAUSED" }],
  ])("is not foretold %s", (_, queue) => {
    expect(viewOf(queue).drainsInMs).toBeUndefined();
  });
});
