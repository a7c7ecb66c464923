import type { BehaviourGroup } from "../behaviour.ts";

/** Who may do what. */
export const accessBehaviours: BehaviourGroup = {
  title: "Access",
  behaviours: [
    {
      what: "predefined roles, by their permissions",
      isEmulated: "partly",
      note: "those of section 9 and of this program; one that is not known grants nothing, and a line says so",
      section: "9.1",
      tests: { "iam/roles.test.ts": ["are exact: $role", "hold what G 9.2 names: $role"] },
    },
    {
      what: "policies of a resource, and of its project, which it inherits",
      isEmulated: "yes",
      section: "9.1",
      tests: {
        "iam/authority.test.ts": ["is held on a resource by whoever holds it on the project"],
      },
    },
    {
      what: "members whose address is written in another case are the same; `AllUsers` is none",
      isEmulated: "yes",
      note: "an address is answered in lower case",
      section: "9.2",
      tests: { "iam/policies.test.ts": ["knows an address in either case for the same (G 9.2)"] },
    },
    {
      what: "`iam.serviceAccounts.actAs`, of the account itself too",
      isEmulated: "yes",
      section: "4.2",
      tests: {
        "iam/authority.test.ts": [
          "takes iam.serviceAccounts.actAs on it, of the account itself as well",
        ],
      },
    },
    {
      what: "a grant is in force only after a while",
      isEmulated: "yes",
      note: 'only with a fault `on: "policy"`',
      section: "4.2",
      tests: { "faults/faults.test.ts": ["puts a change of a policy in force only later (G 4.2)"] },
    },
    {
      what: "etags: of two changes at once one is refused",
      isEmulated: "yes",
      section: "11.3",
      tests: { "iam/policies.test.ts": ["is not replaced where it was changed meanwhile"] },
    },
    {
      what: "an account that is made again is another one, and is granted nothing",
      isEmulated: "yes",
      section: "9.2",
      tests: {
        "iam/serviceAccounts.test.ts": [
          "is another one when it is made again, and is granted nothing",
        ],
      },
    },
    {
      what: "the claims and the signature of ID tokens",
      isEmulated: "yes",
      note: "signed with a key of this cloud's own, at `/oauth2/v3/certs` and, as certificates, at `/oauth2/v1/certs`",
      section: "4.3",
      tests: {
        "iam/tokens.test.ts": ["has Google's claims, and is signed by the key that is served"],
      },
    },
    {
      what: "sign-in: user info, token info, tokens for codes or assertions, the keys of accounts by URL",
      isEmulated: "no",
      section: "4.3",
      tests: {
        "api/api.test.ts": ["are all there is of sign-in (G 4.3): %s is not emulated, and told of"],
      },
    },
    {
      what: "conditions of bindings",
      isEmulated: "no",
      note: "such a binding grants nothing, and a line says so",
      tests: {
        "iam/policies.test.ts": [
          "says that a condition, and a role it does not know, grant nothing here",
        ],
      },
    },
    { what: "roles that service agents get by themselves", isEmulated: "no", section: "9.4" },
    {
      what: "custom roles of the project: made, changed, deleted for 7 days and then for good, ids taken for 37",
      isEmulated: "yes",
      section: "9.5",
      tests: {
        "iam/customRoles.test.ts": [
          "can be had back for seven days once it is deleted, and leaves its id taken for 37",
          "grants what it holds, while it is there",
        ],
      },
    },
    { what: "groups, deny policies, keys of accounts", isEmulated: "no" },
  ],
};
