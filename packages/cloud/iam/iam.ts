import type { JSONWebKeySet } from "jose";
import type { Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Method } from "../api/method.ts";
import type { PolicyKind } from "../api/policyKind.ts";
import { memoryStore, type Store } from "../data/store.ts";
import { isGranted, OWNER } from "./access.ts";
import { AccessTokens } from "./accessTokens.ts";
import { credentialsMethods } from "./credentialsMethods.ts";
import { customRoleMethods } from "./customRoleMethods.ts";
import { CustomRoles } from "./customRoles.ts";
import { IdTokens } from "./idTokens.ts";
import { memberProblem } from "./member.ts";
import { policyMethods } from "./policyMethods.ts";
import { PolicyStore } from "./policyStore.ts";
import {
  ACCOUNT_PATH,
  accountResource,
  SERVICE,
  serviceAccountMethods,
} from "./serviceAccountMethods.ts";
import { ServiceAccounts } from "./serviceAccounts.ts";

export interface IamOptions {
  readonly project: string;
  readonly projectNumber: string;
  readonly clock: Clock;
  readonly events: Events;
  /**
   * What mints and verifies ID tokens.
   *
   * @default - tokens of Google's issuer, signed with a key of their own
   */
  readonly idTokens?: IdTokens;
  /**
   * How long a change of a policy takes until it is in force.
   *
   * @default - none
   */
  readonly policyDelayMs?: () => number;
  /**
   * What keeps accounts and policies.
   *
   * @default - the memory of the process
   */
  readonly store?: Store;
}

/** IAM of one project: its service accounts, their tokens, and who may do what. */
export interface Iam {
  readonly authority: Authority;
  /** The methods of the IAM and IAM Credentials APIs. */
  readonly methods: Method[];
  readonly policies: PolicyStore;
  /** The IAM methods of a kind of resource that another service holds. */
  readonly policyMethods: (kind: PolicyKind) => Method[];
  /** Makes a service agent: only then can it be granted anything. */
  readonly createServiceAgent: (email: string) => void;
  /** The public keys of the ID tokens. */
  readonly jwks: () => Promise<JSONWebKeySet>;
}

export function createIam(options: IamOptions): Iam {
  const { project, projectNumber, clock, events, policyDelayMs = () => 0 } = options;
  const { idTokens = new IdTokens(clock), store = memoryStore } = options;
  const accounts = new ServiceAccounts(project, projectNumber, store);
  const roles = new CustomRoles(project, clock, store);
  const policies = new PolicyStore({
    roles,
    memberProblem: (member) => memberProblem(member, accounts),
    events,
    clock,
    delayMs: policyDelayMs,
    store,
  });
  const accessTokens = new AccessTokens(clock);
  // So early that the first token need not wait, and so late that the start does not.
  clock.at(clock.now(), () => {
    // A failure is told to whoever asks for a token.
    idTokens.keys().catch(() => undefined);
  });

  const authority: Authority = {
    identify(authorization) {
      const token = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
      if (token === undefined) return OWNER;
      const known = accessTokens.accountOf(token);
      if (known === undefined && !idTokens.isOwn(token)) return OWNER;
      if (typeof known === "object" && isUsable(known.account)) {
        return `serviceAccount:${known.account}`;
      }
      throw new GoogleError("UNAUTHENTICATED", UNAUTHENTICATED);
    },
    require(member, permission, resource) {
      if (!authority.allows(member, permission, resource)) {
        throw denied(member, permission, resource);
      }
    },
    allows: (member, permission, resource) => isGranted(policies, member, permission, resource),
    requireActAs(member, account) {
      const asked = emailOf(account);
      // Nobody here may see which accounts another project has, let alone act as one (google-cloud.md 4.1).
      if (accounts.isElsewhere(asked)) {
        throw denied(member, ACT_AS, `projects/-/serviceAccounts/${asked}`, asked);
      }
      const { name, email } = accounts.get(asked);
      if (!authority.allows(member, ACT_AS, name)) throw denied(member, ACT_AS, name, email);
    },
    accessToken: (account) => accessTokens.mint(usable(account).email),
    idToken: async (account, audience) => idTokens.mint(usable(account), audience),
    verifyIdToken: (token, audiences) => idTokens.verify(token, audiences),
  };

  function denied(member: string, permission: string, resource: string, shown = resource): Error {
    events.emit("denied", { member, permission, resource });
    return new GoogleError(
      "PERMISSION_DENIED",
      `The principal (user or service account) lacks IAM permission "${permission}" for the resource "${shown}" (or the resource may not exist).`,
    );
  }

  const isUsable = (email: string): boolean => {
    const account = accounts.find(email);
    return account !== undefined && account.disabled !== true;
  };
  const usable = (account: string): { email: string; uniqueId: string } => {
    const found = accounts.get(emailOf(account));
    if (found.disabled !== true) return found;
    throw new GoogleError("FAILED_PRECONDITION", `Service account ${found.email} is disabled.`);
  };

  const ofKind = (kind: PolicyKind): Method[] => policyMethods(kind, { policies, authority });
  return {
    authority,
    policies,
    policyMethods: ofKind,
    createServiceAgent: (email) => {
      accounts.createAgent(email);
    },
    jwks: () => idTokens.jwks(),
    methods: [
      ...serviceAccountMethods(project, accounts, ({ name, email, uniqueId }) => {
        policies.remove(name);
        // An account made again under this address is another one, and is granted nothing.
        policies.replaceMember(
          `serviceAccount:${email}`,
          `deleted:serviceAccount:${email}?uid=${uniqueId}`,
        );
      }),
      ...ofKind({
        service: SERVICE,
        path: ACCOUNT_PATH,
        getVerb: "POST",
        permissions: "iam.serviceAccounts",
        resource: (params) => accountResource(project, accounts, params),
        exists: (resource) => accounts.find(emailOf(resource)) !== undefined,
        missing: (resource) => `Service account ${resource} does not exist.`,
      }),
      ...customRoleMethods(project, roles),
      ...credentialsMethods(project, accounts, authority, clock),
    ],
  };
}

const ACT_AS = "iam.serviceAccounts.actAs";

const UNAUTHENTICATED =
  "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";

/** The e-mail address of an account that is named by it or in full. */
function emailOf(account: string): string {
  return account.slice(account.lastIndexOf("/") + 1);
}
