import type { Api, ApiOptions, ApiRequest } from "../../api/api.ts";
import type { Method } from "../../api/method.ts";
import { startCloud, type Cloud } from "../../cloud.ts";
import { VirtualClock } from "../../time/virtualClock.ts";
import { NOW } from "../support/localApi.ts";
import { EXISTING, FRESH, IDS } from "./requests.ts";

/* The whole local cloud, with its table of methods and its API in process at hand. */

let made: { readonly api: Api; readonly methods: readonly Method[] } | undefined;

jest.mock("../../api/api.ts", () => {
  const actual = jest.requireActual<typeof import("../../api/api.ts")>("../../api/api.ts");
  return {
    ...actual,
    createApi(options: ApiOptions): Api {
      const api = actual.createApi({
        ...options,
        onUnexpected: (what, error) => {
          unexpected.push(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
        },
      });
      made = { api, methods: options.methods };
      return api;
    },
  };
});

const unexpected: string[] = [];

/** A request in process. */
export interface FuzzRequest extends Partial<Pick<ApiRequest, "method" | "target" | "headers">> {
  readonly body?: string;
}

/** An answer as its bytes have it. */
export interface FuzzReply {
  readonly status: number;
  readonly text: string;
}

export interface FuzzCloud extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly port: number;
  readonly clock: VirtualClock;
  /** The table of routes. */
  readonly methods: readonly Method[];
  /** Errors that no method is meant to throw. */
  readonly unexpected: string[];
  /** Asks the API in process. */
  readonly ask: (request: FuzzRequest) => Promise<FuzzReply>;
  /** The path of a method, to what is there. */
  readonly pathOf: (method: Method) => string;
}

/** Starts a cloud whose time stands still, with one resource of each kind in it. */
export async function startFuzzCloud(): Promise<FuzzCloud> {
  const clock = new VirtualClock(Date.parse(NOW));
  const cloud = await startCloud({
    project: "demo",
    region: "europe-west1",
    clock,
  });
  if (!made) throw new Error("The cloud has no API.");
  const { api, methods } = made;
  let asked = 0;
  const ask: FuzzCloud["ask"] = async ({ target = "/", body: sent, ...request }) => {
    const fresh = `fresh-${(asked += 1)}`;
    const { status, body } = await api.answer({
      method: "GET",
      address: cloud.endpoint,
      headers: {},
      ...request,
      target: target.replace(FRESH, fresh),
      body: sent === undefined ? undefined : Buffer.from(sent.replace(FRESH, fresh)),
    });
    return { status, text: Buffer.from(body).toString() };
  };
  const ids: Record<string, string> = { ...IDS };
  for (const [request, body] of EXISTING) {
    const [method = "", target = ""] = request.split(" ");
    const { status, text } = await ask({ method, target, body: JSON.stringify(body) });
    if (status !== 200) throw new Error(`${request} was answered: ${text}`);
    const { name = "" }: { name?: string } = JSON.parse(text);
    const [collection = "", id = ""] = name.split("/").slice(-2);
    ids[collection] ??= id;
  }
  return {
    cloud,
    port: Number(new URL(cloud.endpoint).port),
    clock,
    methods,
    unexpected,
    ask,
    pathOf: ({ http }) =>
      http
        .slice(http.indexOf(" ") + 1)
        // Two APIs call what they have services.
        .replace("{project}/services/{service}", `{project}/services/${IDS["apis"] ?? ""}`)
        .replace(/(\w+)\/\{[^}]+\}/g, (_, of: string) => `${of}/${ids[of] ?? "none"}`),
    [Symbol.asyncDispose]: () => cloud.stop(),
  };
}
