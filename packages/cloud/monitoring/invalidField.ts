import { GoogleError } from "../api/googleError.ts";

/** The refusal of a field of a request, as Cloud Monitoring words it. */
export function invalidField(field: string, value: string, reason: string): GoogleError {
  return new GoogleError(
    "INVALID_ARGUMENT",
    `Field ${field} had an invalid value of "${value}": ${reason}`,
  );
}
