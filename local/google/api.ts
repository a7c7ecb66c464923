import type { Authority } from "./authority.ts";
import { callMethod } from "./callMethod.ts";
import type { Events } from "./events.ts";
import { GoogleError } from "./googleError.ts";
import type { Json, Method } from "./method.ts";
import type { NetworkReply, NetworkRequest } from "./network.ts";
import { partialResponse } from "./partialResponse.ts";
import { plainRoutes, type PlainRequest, type PlainRoutesOptions } from "./plainRoutes.ts";
import { createRouter } from "./router.ts";

export interface ApiOptions extends PlainRoutesOptions {
  readonly methods: readonly Method[];
  readonly authority: Authority;
  readonly events: Events;
  /**
   * Told of an error that no method is meant to throw.
   *
   * @default - its stack goes to standard error
   */
  readonly onUnexpected?: (what: string, error: unknown) => void;
}

/** A request to the API, over whichever transport. */
export interface ApiRequest extends Omit<PlainRequest, "body"> {
  readonly method: string;
  /** The path, with its query. */
  readonly target: string;
  readonly body: Uint8Array | undefined;
}

/** Google's API of the local cloud. */
export interface Api {
  /** Answers a request of a caller on this machine. One without a token is the owner's. Never rejects. */
  answer(request: ApiRequest): Promise<NetworkReply>;
  /**
   * Answers a request from the small network inside, without a socket. As for Google, one without a token
   * is nobody's. Never rejects.
   */
  handle(request: NetworkRequest): Promise<NetworkReply>;
}

export function createApi(options: ApiOptions): Api {
  const { methods, authority, events, onUnexpected = writeError } = options;
  const find = createRouter(methods);
  const plain = plainRoutes(options);

  async function call(
    { method: verb, target, headers, body }: Omit<ApiRequest, "address">,
    { path, query }: Target,
  ): Promise<object> {
    const found = find(verb, path);
    if ("missing" in found) {
      if (found.missing === "unknown") throw new GoogleError("NOT_FOUND", "Method not found.");
      events.emit("notEmulated", { what: `${verb} ${path}` });
      throw new GoogleError("UNIMPLEMENTED", `'${verb} ${path}' is not emulated locally.`);
    }
    const { method, params } = found;
    requireJson(query.get("alt") ?? query.get("$alt"));
    const member = authority.identify(first(headers["authorization"]));
    const answer = await callMethod(
      method,
      method.takesBytes
        ? { params, query, body: undefined, bytes: body, member }
        : { params, query, body: parseBody(body), member },
      authority,
    );
    return target.includes("fields=") ? partialResponse(answer, query.get("fields")) : answer;
  }

  async function reply(what: string, run: () => object | Promise<object>): Promise<NetworkReply> {
    try {
      return jsonReply(200, await run());
    } catch (error) {
      if (error instanceof GoogleError) return errorReply(error);
      onUnexpected(what, error);
      return errorReply(new GoogleError("INTERNAL", "Internal error encountered."));
    }
  }

  return {
    answer(request) {
      const target = readTarget(request.target);
      const what = `${request.method} ${target.path}`;
      const route = plain.get(what);
      return reply(what, () =>
        route ? route({ ...request, body: parseBody(request.body) }) : call(request, target),
      );
    },
    handle({ method, url, headers, body }) {
      return reply(`${method} ${url.pathname}`, () => {
        const authorization = Object.entries(headers).find(
          ([name]) => name.toLowerCase() === "authorization",
        )?.[1];
        if (authorization === undefined) throw new GoogleError("UNAUTHENTICATED", NO_CREDENTIAL);
        const target = url.pathname + url.search;
        return call({ method, target, headers: { authorization }, body }, readTarget(target));
      });
    },
  };
}

/** A refusal as the API answers it. */
export function errorReply(error: GoogleError): NetworkReply {
  return jsonReply(error.httpStatus, error);
}

const NO_CREDENTIAL =
  "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";

interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

function readTarget(target: string): Target {
  const mark = target.indexOf("?");
  return mark < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}

function jsonReply(status: number, body: object): NetworkReply {
  return { status, headers: HEADERS, body: Buffer.from(JSON.stringify(body)) };
}

const HEADERS = {
  "content-type": "application/json; charset=UTF-8",
  "cache-control": "private",
  "x-content-type-options": "nosniff",
} as const;

function parseBody(body: Uint8Array | undefined): Json | undefined {
  if (body === undefined || body.length === 0) return undefined;
  try {
    // What JSON.parse returns is JSON.
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString()) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GoogleError("INVALID_ARGUMENT", `Invalid JSON payload received. ${reason}`);
  }
}

/** `alt=json`, and `$alt=json;enum-encoding=int` as Google's client libraries ask in REST mode. */
function requireJson(alt: string | null): void {
  if (alt === null || /^json(?:;|$)/.test(alt)) return;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `Answers in format '${alt}' are not emulated locally; ask for 'json'.`,
  );
}

function first(value: string | string[] | undefined): string | undefined {
  return typeof value === "object" ? value[0] : value;
}

/** Tells on standard error of an error that no method is meant to throw. */
export function writeError(what: string, error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`The local cloud failed at ${what}: ${detail}\n`);
}
