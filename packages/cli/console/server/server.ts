import type { IncomingMessage, ServerResponse } from "node:http";
import { CommandError, EXIT, type ExitCode } from "../../command/exitCodes.ts";
import { argumentWords, IN_WORDS } from "./argumentWords.ts";
import { bundlePage, type PageFiles } from "./bundle.ts";
import type { Call, Calls } from "./call.ts";
import { callRefusal, pageRefusal, type Refusal } from "./guard.ts";

export interface ConsoleOptions {
  readonly token: string;
  readonly calls: Calls;
  /** Makes the page's files, when they are first asked for. */
  readonly bundle?: () => Promise<PageFiles>;
}

/** Answers requests to the console. */
export type ConsoleServer = (request: IncomingMessage, response: ServerResponse) => void;

const CALLS_PATH = "/console/v1/";

/** The arguments of a call have less: the largest is a task's payload, of which Cloud Tasks takes 1 MiB. */
const MOST_BYTES = 2 * 2 ** 20;

/** Serves the page and its calls. It is no proxy: what can be asked is the list of `calls`, and no more. */
export function makeConsole({ token, calls, bundle = bundlePage }: ConsoleOptions): ConsoleServer {
  let files: Promise<PageFiles> | undefined;

  async function page(request: IncomingMessage, response: ServerResponse, path: string) {
    files ??= bundle();
    // Once the cause is removed, it is tried again.
    files.catch(() => (files = undefined));
    const file = (await files)[path];
    if (!file) {
      sendJson(response, 404, { error: `There is no '${path}' here.` });
      return;
    }
    const isGzip = /\bgzip\b/.test(request.headers["accept-encoding"]?.toString() ?? "");
    const body = isGzip ? file.gzipped : file.body;
    response
      .writeHead(200, {
        ...HEADERS,
        "content-type": file.type,
        "content-length": body.length,
        ...(isGzip && { "content-encoding": "gzip" }),
      })
      .end(request.method === "HEAD" ? undefined : body);
  }

  async function call(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    query: string,
  ) {
    const found = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (!found) throw new BadCall(404, `The console has no call '${name}'.`);
    const verb = found.changes ? "POST" : "GET";
    if (request.method !== verb) throw new BadCall(405, `'${name}' is called with ${verb}.`);
    const text = found.changes
      ? await bodyOf(request)
      : (new URLSearchParams(query).get("args") ?? "{}");
    sendJson(response, 200, (await run(found, name, text)) ?? null);
  }

  return (request, response) => {
    // Not as a URL: '//' is none, and a request for it ends nothing.
    const [, path = "", query = ""] = /^([^?]*)\??(.*)$/s.exec(request.url ?? "") ?? [];
    const asked = {
      method: request.method ?? "GET",
      headers: request.headers,
      port: request.socket.localPort ?? 0,
    };
    const isCall = path.startsWith(CALLS_PATH);
    const refusal: Refusal | undefined = isCall ? callRefusal(asked, token) : pageRefusal(asked);
    if (refusal) {
      request.resume();
      sendJson(response, refusal.status, { error: refusal.message });
      return;
    }
    const answered = isCall
      ? call(request, response, path.slice(CALLS_PATH.length), query)
      : page(request, response, path);
    answered.catch((error: unknown) => {
      request.resume();
      if (response.headersSent) response.destroy();
      else
        sendJson(response, statusOf(error), { error: messageOf(error), exitCode: codeOf(error) });
    });
  };
}

async function run(call: Call, name: string, text: string): Promise<unknown> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new BadCall(400, `The arguments of '${name}' are no JSON.`);
  }
  const args = call.args.safeParse(given, IN_WORDS);
  if (!args.success) throw new BadCall(400, argumentWords(name, given, args.error));
  // It is what the call itself says that it takes.
  return call.run(args.data as never);
}

class BadCall extends Error {
  override readonly name = "BadCall";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const length = Number(request.headers["content-length"] ?? NaN);
  // A page always says how long it is.
  if (!(length <= MOST_BYTES)) throw new BadCall(413, `A call has at most ${MOST_BYTES} bytes.`);
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The status of what a command would end with. */
const STATUSES: Readonly<Record<ExitCode, number>> = {
  [EXIT.done]: 500,
  [EXIT.failed]: 409,
  [EXIT.usage]: 400,
  [EXIT.notConfirmed]: 403,
  [EXIT.nothing]: 404,
  [EXIT.permission]: 403,
  [EXIT.noAnswer]: 502,
};

function statusOf(error: unknown): number {
  if (error instanceof BadCall) return error.status;
  return error instanceof CommandError ? STATUSES[error.exitCode] : 500;
}

function codeOf(error: unknown): ExitCode {
  return error instanceof CommandError ? error.exitCode : EXIT.failed;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What keeps the page to itself: nothing from elsewhere is loaded, shown, framed or sent anything. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, {
      ...HEADERS,
      "content-type": "application/json; charset=utf-8",
      "content-length": bytes.length,
    })
    .end(bytes);
}
