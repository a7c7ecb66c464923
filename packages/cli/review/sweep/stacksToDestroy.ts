/** A stack, as the state knows it. */
export interface KnownStack {
  readonly name: string;
  /** Absent for a stack that was never deployed. */
  readonly lastUpdate?: Date;
}

/** A throw-away stack that has had its time, and why. */
export interface Doomed {
  readonly stack: string;
  readonly reason: string;
}

const REVIEW_STACK = /^pr-([1-9]\d*)$/;

/** The name of a pull request's throw-away stack. */
export function reviewStack(pullRequest: number): string {
  return `pr-${pullRequest}`;
}

/**
 * The throw-away stacks to destroy: those whose pull request is closed, and those that nobody has deployed
 * for `maxAgeMs`. Every other stack is none of this one's business.
 */
export function stacksToDestroy(
  stacks: readonly KnownStack[],
  openPullRequests: ReadonlySet<number>,
  now: Date,
  maxAgeMs: number,
): Doomed[] {
  return stacks.flatMap(({ name, lastUpdate }) => {
    const number = Number(REVIEW_STACK.exec(name)?.[1]);
    if (!Number.isInteger(number)) return [];
    if (!openPullRequests.has(number)) {
      return [{ stack: name, reason: `pull request ${number} is closed` }];
    }
    const ageMs = lastUpdate ? now.getTime() - lastUpdate.getTime() : 0;
    if (ageMs <= maxAgeMs) return [];
    return [{ stack: name, reason: `it was last deployed ${hours(ageMs)} hours ago` }];
  });
}

function hours(ms: number): number {
  return Math.floor(ms / 3_600_000);
}
