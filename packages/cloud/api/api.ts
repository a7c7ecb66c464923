import type { Authority } from "./authority.ts";
import { callMethod } from "./callMethod.ts";
import { isDeployer } from "./deployer.ts";
import { withEnumNumbers } from "./enumNumbers.ts";
import type { Events } from "./events.ts";
import { LostResponse } from "../network/lostResponse.ts";
import { GoogleError } from "./googleError.ts";
import type { Method } from "./method.ts";
import type { NetworkReply, NetworkRequest } from "../network/network.ts";
import { NotEmulatedError, tellNotEmulated } from "./notEmulated.ts";
import { parseJson } from "./parseJson.ts";
import { parseFields, select } from "./partialResponse.ts";
import {
  isSignIn,
  plainRoutes,
  type PlainRequest,
  type PlainRoutesOptions,
} from "./plainRoutes.ts";
import { bindQuery } from "./queryParameters.ts";
import type { RefusedMethod } from "./refused.ts";
import { createRouter } from "./router.ts";

export interface ApiOptions extends PlainRoutesOptions {
  readonly methods: readonly Method[];
  /** What Google has and no method answers. */
  readonly refused: readonly RefusedMethod[];
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
  /**
   * Answers a request of a caller on this machine. One without a token is the owner's. Rejects with
   * `LostResponse`, and nothing else.
   */
  answer(request: ApiRequest): Promise<NetworkReply>;
  /**
   * Answers a request from the small network inside, without a socket. As for Google, one without a token
   * is nobody's. Rejects with `LostResponse`, and nothing else.
   */
  handle(request: NetworkRequest): Promise<NetworkReply>;
}

export function createApi(options: ApiOptions): Api {
  const { methods, refused, authority, events, onUnexpected = writeError } = options;
  const find = createRouter(methods, refused);
  const plain = plainRoutes(options);

  async function call(
    { method: verb, headers, body }: Omit<ApiRequest, "address" | "target">,
    { path, query: given }: Target,
  ): Promise<object> {
    const found = find(verb, path);
    if ("missing" in found) {
      if (found.missing === "unknown" && !isSignIn(path)) {
        throw new GoogleError("NOT_FOUND", "Method not found.");
      }
      throw new NotEmulatedError(`${verb} ${path}`);
    }
    const { method, params } = found;
    const format = requireJson(given.get("alt") ?? given.get("$alt"));
    const authorization = first(headers["authorization"]);
    const member = authority.identify(authorization);
    const caller = { member, isDeployer: isDeployer(authorization, options.deployToken) };
    const query = bindQuery(given, method.query);
    const selection = parseFields(given.get("fields") ?? given.get("$fields"));
    const answer = await callMethod(
      method,
      method.takesBytes
        ? { params, query, body: undefined, bytes: body, ...caller }
        : { params, query, body: parseJson(body), ...caller },
      authority,
    );
    const { answer: type } = method;
    const encoded =
      type && format.includes("enum-encoding=int") ? withEnumNumbers(answer, type) : answer;
    return select(encoded, selection);
  }

  async function reply(what: string, run: () => object | Promise<object>): Promise<NetworkReply> {
    try {
      return jsonReply(200, await run());
    } catch (error) {
      if (error instanceof LostResponse) throw error;
      tellNotEmulated(error, events);
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
        route ? route({ ...request, body: parseJson(request.body) }) : call(request, target),
      );
    },
    handle({ method, url, headers, body }) {
      return reply(`${method} ${url.pathname}`, () => {
        const authorization = Object.entries(headers).find(
          ([name]) => name.toLowerCase() === "authorization",
        )?.[1];
        if (authorization === undefined) throw new GoogleError("UNAUTHENTICATED", NO_CREDENTIAL);
        return call(
          { method, headers: { authorization }, body },
          readTarget(url.pathname + url.search),
        );
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

/** `json`, or `json;enum-encoding=int` as Google's client libraries ask in REST mode. */
function requireJson(alt: string | null): string {
  if (alt === null) return "json";
  if (/^json(?:;|$)/.test(alt)) return alt;
  throw new NotEmulatedError(`alt=${alt}`, "Ask for 'json'.");
}

function first(value: string | string[] | undefined): string | undefined {
  return typeof value === "object" ? value[0] : value;
}

/** Tells on standard error of an error that no method is meant to throw. */
export function writeError(what: string, error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`The local cloud failed at ${what}: ${detail}\n`);
}
