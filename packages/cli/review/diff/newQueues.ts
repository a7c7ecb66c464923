import { countOf } from "../../command/words.ts";
import { isQueue, isRandom, type ResourceChange } from "../report.ts";

/** The queues that come, and what comes with each. */
export interface NewQueues {
  /** What each is like: `Queue 'pages' is added: 5 tasks a second, …; with 2 resources of its own.` */
  readonly sentences: readonly string[];
  /** The queues and the random ids of theirs, of which the sentences tell enough. */
  readonly told: ReadonlySet<ResourceChange>;
}

/** Tells of new queues, a sentence each: of none where there are more than a reader takes in one by one. */
export function newQueues(changes: readonly ResourceChange[]): NewQueues {
  const queues = changes.filter((one) => one.operation === "create" && isQueue(one));
  if (queues.length > MOST_QUEUES) return { sentences: [], told: new Set() };
  const ids = changes.filter((one) => one.operation === "create" && isRandom(one));
  const own = queues.map(({ name }) => ids.filter((id) => id.name.split(":").at(-1) === name));
  return {
    sentences: queues.map((queue, i) => sentence(queue, own[i]?.length ?? 0, changes)),
    told: new Set([...queues, ...own.flat()]),
  };
}

const MOST_QUEUES = 4;

function sentence(
  { name, inputs }: ResourceChange,
  own: number,
  changes: readonly ResourceChange[],
): string {
  const of = (path: string): string | undefined => plain(inputs.find((one) => one.path === path));
  const rate = of("rateLimits.maxDispatchesPerSecond");
  const atOnce = of("rateLimits.maxConcurrentDispatches");
  // The queue itself never gives up: the worker does.
  const attempts = plain(
    changes
      .flatMap((change) => change.inputs)
      .find(({ path }) => path.endsWith(`.TASKS_QUEUES.value.${name}.maxAttempts`)),
  );
  const [from, to] = [of("retryConfig.minBackoff"), of("retryConfig.maxBackoff")];
  const rates = [
    ...(rate === undefined ? [] : [`${rate} tasks a second`]),
    ...(atOnce === undefined ? [] : [`${atOnce} at a time`]),
    ...(attempts === undefined ? [] : [`${attempts} attempts`]),
    ...(from === undefined || to === undefined ? [] : [`${from} to ${to} apart`]),
  ];
  const settings = rates.length === 0 ? "" : `: ${rates.join(", ")}`;
  const ids = own === 0 ? "" : `, with ${countOf(own, "resource")} of its own`;
  return `Queue '${name}' is added${settings}${ids}.`;
}

/** A number or a text, as it is after the change. */
function plain(input: ResourceChange["inputs"][number] | undefined): string | undefined {
  return input?.after?.replace(/^"(.*)"$/, "$1");
}
