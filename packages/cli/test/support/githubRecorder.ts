/** A request that went to GitHub. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly authorization: string | null;
}

/** An answer of GitHub's: a status with a body, or nothing at all. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection breaks with this. */
  readonly broken?: string;
}

/** A `fetch` that answers from a list, and what it was sent. */
export function githubRecorder(answers: readonly Answer[]): {
  readonly sent: Sent[];
  readonly send: typeof fetch;
} {
  const sent: Sent[] = [];
  const left = [...answers];
  const send = async (
    target: string | URL | Request,
    init: RequestInit = {},
  ): Promise<Response> => {
    const { pathname, search } = new URL(target instanceof Request ? target.url : target);
    const { body } = init;
    sent.push({
      method: init.method ?? "GET",
      path: pathname + search,
      ...(typeof body === "string" && { body: JSON.parse(body) as unknown }),
      authorization: new Headers(init.headers).get("authorization"),
    });
    const answer = left.shift();
    if (!answer) throw new Error(`There is no answer to ${init.method ?? "GET"} ${pathname}.`);
    if (answer.broken !== undefined) throw new TypeError(answer.broken);
    const { status = 200, body: content = {}, headers = {} } = answer;
    return new Response(status === 204 ? null : JSON.stringify(content), { status, headers });
  };
  return { sent, send };
}
