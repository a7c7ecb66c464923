import { GoogleError } from "../api/googleError.ts";
import type { Decoded } from "../api/decoded.ts";
import { headerProblem } from "../target/headers.ts";
import type { httpTargetMessage } from "./messages.ts";
import type { HttpRequest } from "./task.ts";

/** What a queue puts in place of what its tasks say (google-cloud.md 1.3 and 4.2). */
export type HttpTarget = Decoded<typeof httpTargetMessage>;

/** Throws INVALID_ARGUMENT for a target that Google would refuse. */
export function checkHttpTarget(target: HttpTarget): void {
  const problem = problemOf(target);
  if (problem !== undefined) throw new GoogleError("INVALID_ARGUMENT", problem);
}

/** Where a task's request goes, the queue's override applied. Throws where that is no URL. */
export function targetUrl(
  { url: text }: Pick<HttpRequest, "url">,
  target: HttpTarget | undefined,
): URL {
  const bad = BAD_ESCAPE.exec(text);
  if (bad) throw new Error(`The URL '${text}' holds '${bad[0]}', which is not an escape.`);
  const url = new URL(text);
  const override = target?.uriOverride;
  if (override === undefined) return url;

  const always = override.uriOverrideEnforceMode !== "IF_NOT_EXISTS";
  const { port, pathOverride, queryOverride } = override;
  if (always && (override.scheme === "HTTP" || override.scheme === "HTTPS")) {
    url.protocol = override.scheme.toLowerCase();
  }
  if (always && override.host !== undefined) url.hostname = override.host;
  // What is given and empty clears that part of the URL, and so does port 0.
  if (port !== undefined && (always || url.port === "")) url.port = port === "0" ? "" : port;
  if (pathOverride && (always || url.pathname === "/")) url.pathname = pathOverride.path ?? "";
  if (queryOverride && (always || url.search === "")) {
    url.search = queryOverride.queryParams ?? "";
  }
  return url;
}

const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2}).{0,2}/;
const HOST = /^[A-Za-z0-9.-]+$|^\[[0-9A-Fa-f:.]+\]$/;

function problemOf(target: HttpTarget): string | undefined {
  const { oidcToken, oauthToken, uriOverride, headerOverrides = [] } = target;
  if (uriOverride?.host !== undefined && !HOST.test(uriOverride.host)) {
    return `HttpTarget.uriOverride.host '${uriOverride.host}' is not a host name.`;
  }
  const port = Number(uriOverride?.port ?? 0);
  if (port < 0 || port > 65_535) {
    return `HttpTarget.uriOverride.port ${port} must be between [0, 65535].`;
  }
  for (const { header } of headerOverrides) {
    const problem = headerProblem(header?.key ?? "", header?.value ?? "");
    if (problem !== undefined) return `HttpTarget.headerOverrides: ${problem}`;
  }
  if (oidcToken !== undefined && !(oidcToken.serviceAccountEmail && oidcToken.audience)) {
    return "HttpTarget.oidcToken requires serviceAccountEmail and audience.";
  }
  if (oauthToken !== undefined && !(oauthToken.serviceAccountEmail && oauthToken.scope)) {
    return "HttpTarget.oauthToken requires serviceAccountEmail and scope.";
  }
  return undefined;
}
