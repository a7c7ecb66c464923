import { idOf } from "../calls/ownNames.ts";
import type { Claim } from "./claim.ts";
import { CLOSED_MS, SAFE_MS, type Surroundings } from "./claims.ts";
import type { Journal } from "./journal.ts";

/** Why nobody knows what is done of a letter, and whether whoever did it is done. */
export interface Doubt {
  readonly why: string;
  readonly isOver: boolean;
}

/**
 * What is known of a letter: what it is already; or a doubt; or until when, by Google's clock in milliseconds, it can
 * be put back as far as claims go.
 */
export type Settled = { readonly task: string } | Doubt | { readonly until: number };

interface Known {
  readonly calls: Pick<Surroundings["calls"], "getTask">;
  readonly journal: Pick<Journal, "told">;
}

/**
 * What the claims on a letter say: that it is done already; or that it may be, and why that is not known; or
 * until when it can be put back under a name, where it is asked for one. `google` is Google's time.
 */
export async function settle(
  { calls, journal }: Known,
  claims: readonly Claim[],
  letter: string,
  google: number,
  name?: string,
): Promise<Settled> {
  let until = Infinity;
  let doubt: Doubt | undefined;
  for (const claim of claims) {
    const claimed = claim.claimed.find((one) => one.letter === letter);
    if (!claimed) continue;
    const { task } = claimed;
    const age = google - claim.created;
    if (claim.kind === "bury") {
      const due = Date.parse(claimed.due ?? "");
      const buried = await doubtOfBurial({ calls, journal }, { claim, letter, task, due }, google);
      if (buried?.isOver === false) return buried;
      doubt ??= buried;
      continue;
    }
    if (age < SAFE_MS && task === name) {
      until = Math.min(until, claim.created + SAFE_MS);
      continue;
    }
    const when = whenOf(claim);
    if (age < CLOSED_MS) {
      return { why: `it is being put onto another queue, by ${when}`, isOver: false };
    }
    if ((await calls.getTask(task)) !== "unknown") return { task };
    if (age < SAFE_MS) continue;
    const known = await journal.told(idOf(claim.name), letter);
    if (known === "created") return { task };
    const why = `it may have been redriven, by ${when}, and nobody knows`;
    if (known === "unknown") doubt = { why, isOver: true };
  }
  return doubt ?? { until };
}

/**
 * What makes it doubtful that the task of which a letter was made never ran: it is gone, and nobody may have
 * deleted it but Cloud Tasks, since it was done.
 */
async function doubtOfBurial(
  { calls, journal }: Known,
  of: {
    readonly claim: Claim;
    readonly letter: string;
    readonly task: string;
    /** When the task was due, in milliseconds; else `NaN`. */
    readonly due: number;
  },
  google: number,
): Promise<Doubt | undefined> {
  const { claim, letter, task, due } = of;
  const when = whenOf(claim);
  if (google - claim.created < CLOSED_MS) {
    return { why: `it is being made of its task, by ${when}`, isOver: false };
  }
  if (typeof (await calls.getTask(task)) !== "string") {
    return { why: "Cloud Tasks still has its task", isOver: false };
  }
  // Gone before it was due: it has not run.
  if (google < due) return undefined;
  const known = await journal.told(idOf(claim.name), letter);
  if (known === "not-run" || known === "not-created") return undefined;
  const why = `its task may have run when it was made a dead letter, by ${when}, and nobody knows`;
  return { why, isOver: true };
}

function whenOf({ by, created }: Claim): string {
  return `${by} at ${new Date(created).toISOString()}`;
}
