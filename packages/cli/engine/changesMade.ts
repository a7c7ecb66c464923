import { z } from "zod";

const state = z.object({
  custom: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
});

const metadata = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  old: state.nullish(),
  new: state.nullish(),
});

const finishedEvent = z.object({
  resOutputsEvent: z.object({ metadata, planning: z.boolean().default(false) }),
});

const failedEvent = z.object({ resOpFailedEvent: z.object({ metadata, status: z.number() }) });

type Operation = z.infer<typeof metadata>;

/** What the engine's operations do to a resource in the cloud. Those that are missing do nothing to it. */
const DONE: Readonly<Record<string, string>> = {
  create: "created",
  "create-replacement": "created",
  update: "updated",
  delete: "deleted",
  "delete-replaced": "deleted",
};

/** The engine's status of a failure that came before anything was asked of the provider. */
const NOTHING_DONE = 0;

/** How many resources a sentence names. */
const MAX_NAMED = 12;

/** What a command did to the resources of a stack before it ended, from the engine's events. */
export class ChangesMade {
  /** The resources by what was done to them. */
  readonly #done = new Map<string, Set<string>>();
  readonly #failed = new Set<string>();
  #isComplete = true;

  /** Takes in an event of the engine. */
  note(event: unknown): void {
    const finished = finishedEvent.safeParse(event).data?.resOutputsEvent;
    if (finished && !finished.planning) this.#add(finished.metadata);
    const failed = failedEvent.safeParse(event).data?.resOpFailedEvent;
    if (failed && failed.status !== NOTHING_DONE && DONE[failed.metadata.op] !== undefined) {
      this.#failed.add(nameOf(failed.metadata));
    }
  }

  /** Events are missing. */
  noteGap(): void {
    this.#isComplete = false;
  }

  /** The names of resources by what was done to them: `created`, `updated`, `deleted` … */
  get done(): Readonly<Record<string, readonly string[]>> {
    const all = [...this.#done, ["perhaps changed in part", this.#failed] as const];
    return Object.fromEntries(
      all.filter(([, names]) => names.size > 0).map(([done, names]) => [done, [...names].sort()]),
    );
  }

  /** "Nothing was changed." where that is known; else what was done, and then `next`, what to do about it. */
  describe(next: string): string {
    const parts = [...this.#done].map(([done, names]) => counted(names, done));
    if (this.#failed.size > 0) parts.push(counted(this.#failed, "perhaps changed in part"));
    if (parts.length > 0) {
      return `Before that, ${parts.join("; ")}${this.#isComplete ? "" : "; and perhaps more"}. ${next}`;
    }
    return this.#isComplete ? "Nothing was changed." : `What was changed is not known. ${next}`;
  }

  #add(operation: Operation): void {
    const { op, old, type } = operation;
    const done = DONE[op];
    // Components and providers are in the state alone.
    const isInCloud = (operation.new ?? old)?.custom === true && !type.startsWith("pulumi:");
    if (done === undefined || !isInCloud) return;
    const isKept = done === "deleted" && old?.retainOnDelete === true;
    const what = isKept ? "left in Google Cloud, and out of the stack" : done;
    this.#done.set(what, (this.#done.get(what) ?? new Set()).add(nameOf(operation)));
  }
}

/** "2 resources were deleted: Job 'daily-digest', Repository 'worker'" */
function counted(names: ReadonlySet<string>, done: string): string {
  const sorted = [...names].sort();
  const rest = sorted.length - MAX_NAMED;
  return (
    `${sorted.length} ${sorted.length === 1 ? "resource was" : "resources were"} ${done}: ` +
    sorted.slice(0, MAX_NAMED).join(", ") +
    (rest > 0 ? ` and ${rest} more` : "")
  );
}

function nameOf({ type, urn }: Operation): string {
  return `${type.split(":").at(-1) ?? type} '${urn.split("::").at(-1) ?? urn}'`;
}
