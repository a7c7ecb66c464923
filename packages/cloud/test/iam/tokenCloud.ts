import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from "../../startLocalCloud.ts";
import type { Parsed } from "../support/localApi.ts";

export interface Reply {
  readonly status: number;
  readonly body: Parsed;
}

/** A cloud on a virtual clock, and calls of its REST API as the owner or with a token. */
export interface TokenCloud extends LocalCloud {
  call: (request: string, body?: object, token?: string) => Promise<Reply>;
  /** Makes a service account. Returns its e-mail address. */
  account: (accountId: string) => Promise<string>;
  accessToken: (email: string) => Promise<string>;
  /** Binds roles on a resource, each to one account, in place of what was bound. */
  bind: (path: string, roles: Readonly<Record<string, string>>) => Promise<void>;
}

export async function startTokenCloud(options: LocalCloudOptions = {}): Promise<TokenCloud> {
  const cloud = await startLocalCloud({
    clock: "virtual",
    startTime: new Date("2026-11-24T12:00:00Z"),
    ...options,
  });
  const call: TokenCloud["call"] = async (request, body, token) => {
    const [method = "", path = ""] = request.split(" ");
    const response = await fetch(cloud.endpoint + path, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const ok = async (request: string, body?: object): Promise<Parsed> => {
    const reply = await call(request, body);
    expect(reply).toMatchObject({ status: 200 });
    return reply.body;
  };
  return {
    ...cloud,
    call,
    account: async (accountId) =>
      (await ok(`POST /v1/projects/${cloud.project}/serviceAccounts`, { accountId })).email,
    accessToken: async (email) =>
      (
        await ok(`POST /v1/projects/-/serviceAccounts/${email}:generateAccessToken`, {
          scope: ["https://www.googleapis.com/auth/cloud-platform"],
        })
      ).accessToken,
    async bind(path, roles) {
      const bindings = Object.entries(roles).map(([role, email]) => ({
        role,
        members: [`serviceAccount:${email}`],
      }));
      await ok(`POST ${path}:setIamPolicy`, { policy: { bindings } });
    },
  };
}
