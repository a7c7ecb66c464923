const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// Control characters but the tab (RFC 9110 5.5), and what is not of ISO-8859-1.
const NOT_A_VALUE = /[^\t\x20-\x7e\x80-\xff]/u;

/**
 * Why a header cannot be sent; `undefined` for a good one. What Google makes of characters beyond ISO-8859-1 is
 * not known; here they are refused, so that nothing is accepted that could never be delivered.
 */
export function headerProblem(name: string, value: string): string | undefined {
  if (!NAME.test(name)) return `Header name '${name}' is not valid.`;
  const [bad] = NOT_A_VALUE.exec(value) ?? [];
  if (bad === undefined) return undefined;
  const code = (bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `The value of header '${name}' holds U+${code}; a header takes the printable characters of ISO-8859-1, and tabs.`;
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
