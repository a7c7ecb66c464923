/** Where Cloud Trace shows the trace that a W3C header is of; `undefined` where it is none. */
export function traceUrl(project: string, traceparent = ""): string | undefined {
  const [, trace] = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent) ?? [];
  if (trace === undefined) return undefined;
  return `https://console.cloud.google.com/traces/list?project=${project}&tid=${trace}`;
}
