import { REFUSED_METHODS } from "../../refusedMethods.ts";
import { createApi, type ApiOptions } from "../../api/api.ts";
import type { Authority } from "../../api/authority.ts";
import { Events, type CloudEvents, type EventName } from "../../api/events.ts";
import { GoogleError } from "../../api/googleError.ts";
import type { Method } from "../../api/method.ts";
import type { Json } from "../../api/parseJson.ts";
import { VirtualClock } from "../../time/virtualClock.ts";

export const NOW = "2026-11-24T12:00:00.000Z";

/** What a passive service of project `demo` is created with, on a clock that stands at `NOW`. */
export function serviceOptions() {
  const deleted: string[] = [];
  return {
    project: "demo",
    projectNumber: "123456789012",
    clock: new VirtualClock(Date.parse(NOW)),
    deleted,
    onDelete: (resource: string): void => {
      deleted.push(resource);
    },
  };
}

/** An authority whose every caller may do everything but what is listed as `permission resource`. */
export function authorityRefusing(refused: readonly string[] = []): Authority {
  const isAllowed = (permission: string, resource: string): boolean =>
    !refused.includes(`${permission} ${resource}`);
  return {
    identify(authorization) {
      if (authorization === "Bearer expired") throw new GoogleError("UNAUTHENTICATED", "Expired.");
      return authorization === undefined
        ? "user:owner"
        : `serviceAccount:${authorization.slice(7)}`;
    },
    require(_member, permission, resource) {
      if (!isAllowed(permission, resource)) {
        throw new GoogleError("PERMISSION_DENIED", `lacks "${permission}" for "${resource}"`);
      }
    },
    allows: (_member, permission, resource) => isAllowed(permission, resource),
    requireActAs: () => undefined,
    accessToken: (account) => `access:${account}`,
    idToken: async (account, audience) => `id:${account}:${audience}`,
    verifyIdToken: async () => ({ problem: "not asked for here" }),
  };
}

/** JSON that a test takes for what it expects. */
export type Parsed = ReturnType<typeof JSON.parse>;

export type ApiSettings = Partial<Omit<ApiOptions, "methods" | "events">>;

/** The API over some methods, in process, and what it told of itself. */
export function localApi(methods: readonly Method[], settings: ApiSettings = {}) {
  const events = new Events();
  const unexpected: string[] = [];
  const api = createApi({
    methods,
    refused: REFUSED_METHODS,
    events,
    authority: authorityRefusing(),
    issuer: "https://issuer.example",
    jwks: async () => ({ keys: [{ kid: "a-key" }] }),
    certificates: async () => ({ "a-key": "a certificate" }),
    ownerToken: () => ({ access_token: "owner-token", expires_in: 3600, token_type: "Bearer" }),
    controlRoutes: {},
    deployToken: "deploy-token",
    onUnexpected: (what, error) => {
      unexpected.push(`${what}: ${String(error)}`);
    },
    ...settings,
  });

  /** Sends `POST /v1/…` with a JSON body. Returns the status and the parsed answer. */
  async function call(
    request: string,
    body?: Json,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Parsed }> {
    const [method = "", target = ""] = request.split(" ");
    const reply = await api.answer({
      method,
      target,
      address: "http://127.0.0.1:8123",
      headers,
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    });
    return { status: reply.status, body: JSON.parse(Buffer.from(reply.body).toString()) };
  }

  return {
    api,
    call,
    events,
    unexpected,
    /** What a successful call answers. */
    ok: async (request: string, body?: Json): Promise<Parsed> => {
      const reply = await call(request, body);
      expect([reply.status, reply.body]).toEqual([200, reply.body]);
      return reply.body;
    },
    /** The error that a refused call answers. */
    refusal: async (request: string, body?: Json): Promise<Parsed> => {
      const reply = await call(request, body);
      expect(reply.body.error?.code).toBe(reply.status);
      return reply.body.error;
    },
    record: <Name extends EventName>(name: Name): CloudEvents[Name][] => {
      const heard: CloudEvents[Name][] = [];
      events.on(name, (event) => heard.push(event));
      return heard;
    },
  };
}
