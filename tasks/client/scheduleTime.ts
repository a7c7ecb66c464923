/** When a task may first be dispatched: at once unless told. Not both. */
export interface When {
  /** Seconds from now. At most 30 days. */
  readonly delay?: number | undefined;
  /** At most 30 days from now. A time that is past means now. */
  readonly scheduleTime?: Date | undefined;
}

// https://cloud.google.com/tasks/docs/quotas
const MAX_DAYS = 30;
const MAX_SECONDS = MAX_DAYS * 24 * 60 * 60;

/** The time at which `task` is due; `undefined` for at once. Throws for what Cloud Tasks would refuse. */
export function scheduleTime(task: string, when: When, now: number): Date | undefined {
  const { delay, scheduleTime: at } = when;
  if (delay !== undefined && at !== undefined) {
    throw new Error(`Task '${task}' has both 'delay' and 'scheduleTime'; give one.`);
  }
  if (delay !== undefined) {
    if (delay >= 0 && delay <= MAX_SECONDS)
      return delay === 0 ? undefined : new Date(now + delay * 1000);
    throw new Error(
      `'delay' of task '${task}' is ${delay} seconds; it must be between 0 and ${MAX_SECONDS} (${MAX_DAYS} days).`,
    );
  }
  if (at === undefined) return undefined;
  if (Number.isNaN(at.getTime())) {
    throw new Error(`'scheduleTime' of task '${task}' is not a valid date.`);
  }
  if (at.getTime() - now <= MAX_SECONDS * 1000) return at;
  throw new Error(
    `'scheduleTime' of task '${task}' is ${at.toISOString()}; it must be at most ${MAX_DAYS} days from now.`,
  );
}
