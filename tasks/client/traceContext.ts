/** The version, trace id, span id and flags of a `traceparent`, and what is behind them. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?![^-])/;
/** Of one of version 00. */
const LENGTH = 55;

/** The trace id of a `traceparent` header; `undefined` for what is not one. https://www.w3.org/TR/trace-context/ */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  const [, version, traceId] = TRACEPARENT.exec(traceparent ?? "") ?? [];
  return version === "00" && traceparent?.length !== LENGTH ? undefined : traceId;
}

/**
 * The `traceparent` to pass on: the given one, or a new trace where there is none or it is malformed. Of a
 * version that is not known, what all versions have in common, as one of version 00: what is behind it may
 * be of any length, and comes from outside.
 */
export function continueTrace(
  traceparent: string | undefined,
  randomHex: (bytes: number) => string,
): string {
  if (traceparent !== undefined && traceIdOf(traceparent) !== undefined) {
    return `00${traceparent.slice(2, LENGTH)}`;
  }
  // Not sampled: what it costs to record a trace is decided by whoever begins one on purpose.
  return `00-${randomHex(16)}-${randomHex(8)}-00`;
}
