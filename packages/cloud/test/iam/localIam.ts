import { Events, type CloudEvents } from "../../api/events.ts";
import { OWNER } from "../../iam/access.ts";
import { createIam, type Iam } from "../../iam/iam.ts";
import type { Json } from "../../api/parseJson.ts";
import { VirtualClock } from "../../time/virtualClock.ts";

export const START = Date.parse("2026-11-24T12:00:00Z");

/** IAM of project `p`, and its clock. */
export interface LocalIam extends Iam {
  clock: VirtualClock;
  denied: CloudEvents["denied"][];
  notEmulated: string[];
  /** Calls a method of the API as the owner: `call("POST", "serviceAccounts/{account}:enable", "a@b")`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the JSON of an answer
  call: (method: string, account?: string, body?: Json) => Promise<any>;
  /** Makes a service account. Returns its e-mail address. */
  account: (accountId: string) => Promise<string>;
}

export function startLocalIam(): LocalIam {
  const events = new Events();
  const denied: CloudEvents["denied"][] = [];
  const notEmulated: string[] = [];
  events.on("denied", (event) => denied.push(event));
  events.on("notEmulated", ({ what }) => notEmulated.push(what));
  const clock = new VirtualClock(START);
  const iam = createIam({ project: "p", projectNumber: "123456789012", clock, events });

  const call: LocalIam["call"] = async (method, account = "", body) => {
    const found = iam.methods.find(
      ({ http }) => http.replace("/v1/projects/{project}/", "") === method,
    );
    if (!found) throw new Error(`No method is '${method}'.`);
    return found.handle({
      params: { project: "p", account },
      query: new URLSearchParams(),
      body,
      member: OWNER,
    });
  };
  return {
    ...iam,
    clock,
    denied,
    notEmulated,
    call,
    account: async (accountId) => (await call("POST serviceAccounts", "", { accountId })).email,
  };
}
