import { z } from "zod";
import { CommandError, EXIT } from "../command/exitCodes.ts";
import type { Target } from "../command/target.ts";
import { accessToken } from "./accessToken.ts";
import { callLocal, localEndpoint } from "./localCloud.ts";

export type HttpMethod = "GET" | "POST" | "PATCH" | "DELETE";

/** An API of Google's refused a call. */
export class GoogleRefusal extends CommandError {
  override readonly name = "GoogleRefusal";
  /** The HTTP status. */
  readonly code: number;
  /** Google's canonical status, such as `NOT_FOUND`; empty where whoever answered does not speak the API's JSON. */
  readonly status: string;
  /** Google's own sentence. */
  readonly detail: string;

  constructor(api: string, code: number, status: string, detail: string) {
    super(
      code === 401 || code === 403 ? EXIT.permission : code >= 500 ? EXIT.noAnswer : EXIT.failed,
      `${api} answers ${code}: ${status === "" ? detail : `${status} ${detail}`}`,
    );
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

/** How long one answer may take. Google's own clients wait as long. */
const ANSWER_MS = 20_000;

const refusal = z.object({ error: z.object({ status: z.string(), message: z.string() }) });

/**
 * Calls an API of Google's for a stack, in Google Cloud with the operator's own credentials or on a local cloud. Throws what
 * it says where it refuses (`GoogleRefusal`), and that it does not answer (`EXIT.noAnswer`).
 */
export async function callGoogle(
  { port }: Target,
  /** Such as `cloudscheduler.googleapis.com`. */
  api: string,
  method: HttpMethod,
  path: string,
  /** What is sent as JSON. @default - nothing */
  body?: unknown,
): Promise<unknown> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const init = { method, signal, ...(sent !== undefined && { body: sent }) };
  const headers = { ...(sent !== undefined && { "content-type": "application/json" }) };
  const [ok, code, text] =
    port === undefined
      ? await answerOf(api, async () =>
          fetch(`https://${api}${path}`, {
            ...init,
            headers: { ...headers, authorization: `Bearer ${await accessToken()}` },
          }),
        )
      : await answerOf(api, () => callLocal(localEndpoint(port), path, { ...init, headers }));
  if (ok) return text === "" ? {} : JSON.parse(text);
  throw refusalIn(api, code, text);
}

async function answerOf(
  api: string,
  send: () => Promise<Response>,
): Promise<[ok: boolean, code: number, text: string]> {
  try {
    const response = await send();
    return [response.ok, response.status, await response.text()];
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new CommandError(EXIT.noAnswer, `${api} gives no answer: ${why}`, { cause: error });
  }
}

function refusalIn(api: string, code: number, text: string): GoogleRefusal {
  try {
    const { status, message } = refusal.parse(JSON.parse(text)).error;
    return new GoogleRefusal(api, code, status, message);
  } catch {
    // Not every front end in between speaks the API's JSON.
    return new GoogleRefusal(api, code, "", text.slice(0, 200));
  }
}
