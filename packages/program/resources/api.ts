/** Google's REST API, as the deployer calls it. */
export interface Api {
  get(path: string): Promise<Json>;
  post(path: string, body?: object): Promise<Json>;
  put(path: string, body: object): Promise<Json>;
  patch(path: string, body: object): Promise<Json>;
  delete(path: string): Promise<Json>;
}

/** The object that an answer holds. */
export type Json = Readonly<Record<string, unknown>>;

/** An answer that is not a success, in the API's own words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The API at `endpoint`, such as `http://127.0.0.1:8123`, called as the owner of the project: with the local cloud's
 * deploy token as one who may give it images and have them run.
 */
export function apiAt(endpoint: string, deployToken?: string): Api {
  const authorization = deployToken === undefined ? {} : { authorization: `Bearer ${deployToken}` };
  const call = async (method: string, path: string, body?: object): Promise<Json> => {
    const response = await fetch(endpoint + path, {
      method,
      headers: { ...authorization, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Json;
    if (response.ok) return operationResult(answer);
    throw new ApiError(response.status, messageOf(answer["error"]) ?? response.statusText);
  };
  return {
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    patch: (path, body) => call("PATCH", path, body),
    delete: (path) => call("DELETE", path),
  };
}

/**
 * What a long-running operation came to. The local cloud answers them when they are done, so there is
 * nothing to wait for.
 */
function operationResult(answer: Json): Json {
  if (answer["done"] !== true) return answer;
  const problem = messageOf(answer["error"]);
  if (problem !== undefined) throw new ApiError(500, problem);
  return answer;
}

function messageOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("message" in error)) return undefined;
  return String(error.message);
}
