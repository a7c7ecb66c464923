const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// Anything but control characters, of which a tab is none here (RFC 9110 5.5).
const VALUE = /^[^\x00-\x08\x0a-\x1f\x7f]*$/;

/** Why a header cannot be sent; `undefined` for a good one. */
export function headerProblem(name: string, value: string): string | undefined {
  if (!NAME.test(name)) return `Header name '${name}' is not valid.`;
  if (!VALUE.test(value)) return `The value of header '${name}' is not valid.`;
  return undefined;
}

/** The bytes of a request's headers, as their limit counts them. */
export function headersSize(headers: Readonly<Record<string, string>>): number {
  let size = 0;
  for (const [name, value] of Object.entries(headers)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return size;
}

/** "Headers total < 80 KB" (google-cloud.md 1.5). */
export const MAX_HEADERS_SIZE = 80 * 1024;

/** Sets a header, in place of one whose name differs in case only. */
export function setHeader(headers: Record<string, string>, name: string, value: string): void {
  const lower = name.toLowerCase();
  for (const other of Object.keys(headers)) {
    // The keys are names of headers, and the object is nobody else's yet.
    if (other !== name && other.toLowerCase() === lower) Reflect.deleteProperty(headers, other);
  }
  headers[name] = value;
}
