/** A `google.rpc.Status`. */
export interface RpcStatus {
  readonly code?: number;
  readonly message?: string;
}

/** The canonical code of an HTTP status, name and number, as google/rpc/code.proto maps them. */
const CODES: Readonly<Record<number, readonly [name: string, code: number]>> = {
  400: ["INVALID_ARGUMENT", 3],
  401: ["UNAUTHENTICATED", 16],
  403: ["PERMISSION_DENIED", 7],
  404: ["NOT_FOUND", 5],
  409: ["ABORTED", 10],
  416: ["OUT_OF_RANGE", 11],
  429: ["RESOURCE_EXHAUSTED", 8],
  499: ["CANCELLED", 1],
  500: ["INTERNAL", 13],
  501: ["UNIMPLEMENTED", 12],
  503: ["UNAVAILABLE", 14],
  504: ["DEADLINE_EXCEEDED", 4],
};

/** How a delivery, or an attempt of a job, went that was answered with this status. Without an answer the status is 0. */
export function responseStatus(status: number): RpcStatus {
  if (status >= 200 && status < 300) return {};
  const [name, code] = codeOf(status);
  const what = status === 0 ? "No answer" : `HTTP status code ${status}`;
  return { code, message: `${name}(${code}): ${what}` };
}

/** The name of the canonical code that a delivery, or an attempt, ended with: `OK`, `UNAVAILABLE`. */
export function statusName(status: number): string {
  return status >= 200 && status < 300 ? "OK" : codeOf(status)[0];
}

function codeOf(status: number): readonly [name: string, code: number] {
  return CODES[status] ?? family(status);
}

function family(status: number): readonly [string, number] {
  if (status >= 500) return ["INTERNAL", 13];
  return status >= 400 ? ["FAILED_PRECONDITION", 9] : ["UNKNOWN", 2];
}
