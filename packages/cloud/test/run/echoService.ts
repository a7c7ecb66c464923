import type { RunSettings } from "../../run/invokerCheck.ts";
import type { VirtualClock } from "../../time/virtualClock.ts";
import { INVOKER, LOCATION, server, startLocalRun, WORKER, type LocalRun } from "./localRun.ts";

export const SERVICE = `${LOCATION}/services/worker`;

/** Callers, as the ingress tells them apart. */
export const OUTSIDE = { internal: false } as const;
export const OTHER_PROJECT = { internal: true, project: "other" } as const;

const ECHO = server("(r, s) => s.end(JSON.stringify({ url: r.url, headers: r.headers }))");

/** A service `worker` that answers with what it got. */
export interface EchoService extends AsyncDisposable {
  local: LocalRun;
  /** The older of its addresses. */
  uri: string;
  /** Makes its settings these, of the same revision. Only the invoker may call it. */
  set: (settings?: object) => Promise<void>;
  grant: (...members: string[]) => void;
  /** The value of a header: the ID token of an account for an audience. */
  token: (audience?: string, account?: string) => Promise<string>;
  /** The status of an answer to a request with a token for an audience. */
  statusFor: (audience: string) => Promise<number>;
  /** Why the last request was refused. */
  reason: () => string | undefined;
}

export async function startEchoService(
  clock?: VirtualClock,
  settings?: RunSettings,
): Promise<EchoService> {
  const local = await startLocalRun({
    ...(clock && { iamClock: clock }),
    ...(settings && { settings }),
  });
  const grant = (...members: string[]): void => {
    local.iam.policies.set(SERVICE, { bindings: [{ role: "roles/run.invoker", members }] });
  };
  const set = async (settings: object = {}): Promise<void> => {
    await local.deploy(ECHO, {}, settings);
    grant(`serviceAccount:${INVOKER}`);
  };
  await set();
  const { uri } = await local.call("GetService", WORKER);
  const token = async (audience: string = uri, account = INVOKER): Promise<string> =>
    `Bearer ${await local.iam.authority.idToken(account, audience)}`;
  return {
    ...{ local, uri, set, grant, token },
    async statusFor(audience) {
      const { status } = await local.ask({ headers: { authorization: await token(audience) } });
      return status;
    },
    reason: () => local.seen("refused").at(-1)?.reason,
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
}
