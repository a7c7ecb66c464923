/**
 * The host of a task that leaves it to its queue, whose `httpTarget` puts another in its place. Cloud Tasks
 * wants a URL of every task; this one leads nowhere, since `.invalid` never resolves (RFC 2606).
 */
export const PLACEHOLDER_HOST = "set-by-the-queue.invalid";
