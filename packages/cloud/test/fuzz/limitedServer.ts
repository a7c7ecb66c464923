import { startApiServer, type ApiServer } from "../../server/apiServer.ts";
import { CLIENT_LIMITS, type ClientLimits } from "../../server/clientLimits.ts";
import type { Method } from "../../api/method.ts";
import type { Send } from "../../network/network.ts";
import { localApi } from "../support/localApi.ts";

export interface LimitedServer extends ApiServer, AsyncDisposable {
  readonly unexpected: readonly string[];
}

const size: Method = {
  name: "Size",
  service: "google.test.v1.Things",
  http: "POST /v1/things/{thing}",
  handle: ({ params, body }) => ({ ...params, size: JSON.stringify(body ?? null).length }),
};

/** An API of one method that says how large a body is, and a front door, behind limits of a test's own. */
export async function startLimitedServer(
  limits: Partial<ClientLimits> = {},
  frontDoor: Send = async () => ({ status: 204, headers: {}, body: Buffer.alloc(0) }),
): Promise<LimitedServer> {
  const { api, events, unexpected } = localApi([size]);
  const server = await startApiServer({
    ...{ project: "demo", api, events, frontDoor, port: 0, insidePort: 0 },
    limits: { ...CLIENT_LIMITS, checkMs: 10, ...limits },
  });
  return { ...server, unexpected, [Symbol.asyncDispose]: server.close };
}
