import type { IncomingHttpHeaders } from "node:http";

/**
 * Why a request is refused that a web page of elsewhere sends, or `undefined`. It could not read the answer, but
 * may be carried out all the same. Its browser says where it comes from, by `Origin` and, also where there is none
 * as for an image, by `Sec-Fetch-Site`: neither is under the page's control, and no other program sends them.
 *
 * @param own the origins of the local cloud's own pages
 */
export function pageProblem(
  headers: Pick<IncomingHttpHeaders, "origin" | "sec-fetch-site">,
  own: readonly string[],
): string | undefined {
  const { origin, "sec-fetch-site": site } = headers;
  if (origin !== undefined && !own.includes(origin.toLowerCase())) {
    const allowed = own.map((one) => `'${one}'`).join(" or ");
    return `Origin '${origin}' is not the local cloud's. Allowed: ${allowed}, or no Origin header at all.`;
  }
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return (
      `A web page from elsewhere sends it: Sec-Fetch-Site is '${site}'. ` +
      "Allowed: 'same-origin', 'none', or no such header at all."
    );
  }
  return undefined;
}
