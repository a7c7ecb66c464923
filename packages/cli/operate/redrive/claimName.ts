/** The name of a claim on the dead-letter queue with that full name. `hex` is random. */
export function claimName(queue: string, hex: string): string {
  return `${queue}/tasks/claim-${hex}`;
}

/** Whether a task's full name is that of a claim: what a redrive leaves there while it is under way. */
export function isClaimName(task: string): boolean {
  return /\/tasks\/claim-[0-9a-f]+$/.test(task);
}
