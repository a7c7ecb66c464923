/** The canonical codes that the local cloud answers with: their number and their HTTP status. */
const CODES = {
  CANCELLED: [1, 499],
  UNKNOWN: [2, 500],
  INVALID_ARGUMENT: [3, 400],
  DEADLINE_EXCEEDED: [4, 504],
  NOT_FOUND: [5, 404],
  ALREADY_EXISTS: [6, 409],
  PERMISSION_DENIED: [7, 403],
  RESOURCE_EXHAUSTED: [8, 429],
  FAILED_PRECONDITION: [9, 400],
  ABORTED: [10, 409],
  OUT_OF_RANGE: [11, 400],
  UNIMPLEMENTED: [12, 501],
  INTERNAL: [13, 500],
  UNAVAILABLE: [14, 503],
  UNAUTHENTICATED: [16, 401],
} as const;

export type CanonicalCode = keyof typeof CODES;

/** The names of all codes. */
export const CANONICAL_CODES = Object.keys(CODES) as [CanonicalCode, ...CanonicalCode[]];

/** A refusal in Google's form. https://google.aip.dev/193 */
export class GoogleError extends Error {
  override readonly name = "GoogleError";
  readonly code: CanonicalCode;
  readonly details: readonly object[];

  constructor(code: CanonicalCode, message: string, details: readonly object[] = []) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** The number of the code, as `google.rpc.Status` has it. */
  get rpcCode(): number {
    return CODES[this.code][0];
  }

  get httpStatus(): number {
    return CODES[this.code][1];
  }

  /** The body of the HTTP answer. */
  toJSON(): object {
    const { httpStatus: code, message, code: status, details } = this;
    return { error: { code, message, status, ...(details.length > 0 && { details }) } };
  }
}
