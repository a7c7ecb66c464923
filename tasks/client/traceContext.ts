const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;

/** The trace id of a `traceparent` header; `undefined` for what is not one. https://www.w3.org/TR/trace-context/ */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1];
}

/** The `traceparent` to pass on: the given one, or a new trace where there is none or it is malformed. */
export function continueTrace(
  traceparent: string | undefined,
  randomHex: (bytes: number) => string,
): string {
  if (traceparent !== undefined && traceIdOf(traceparent) !== undefined) return traceparent;
  // Not sampled: what it costs to record a trace is decided by whoever begins one on purpose.
  return `00-${randomHex(16)}-${randomHex(8)}-00`;
}
