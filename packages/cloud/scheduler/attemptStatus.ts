import { responseStatus, type RpcStatus } from "../target/responseStatus.ts";

/**
 * How a job shows an attempt: as Cloud Tasks would, but that 429 and every 5xx are INTERNAL, and only the attempt
 * deadline is DEADLINE_EXCEEDED (google-cloud.md 6.1 and 6.2). Without an answer the status is 0.
 */
export function attemptStatus(status: number | "timedOut"): RpcStatus {
  if (status === "timedOut") return responseStatus(504);
  if (status !== 429 && status < 500) return responseStatus(status);
  return { code: 13, message: `INTERNAL(13): HTTP status code ${status}` };
}
