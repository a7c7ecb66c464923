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
      test: "iam/roles.test.ts",
    },
    {
      what: "policies of a resource, and of its project, which it inherits",
      isEmulated: "yes",
      section: "9.1",
      test: "iam/authority.test.ts",
    },
    {
      what: "members whose address is written in another case are the same; `AllUsers` is none",
      isEmulated: "yes",
      note: "an address is answered in lower case",
      section: "9.2",
      test: "iam/policies.test.ts",
    },
    {
      what: "`iam.serviceAccounts.actAs`, of the account itself too",
      isEmulated: "yes",
      section: "4.2",
      test: "iam/authority.test.ts",
    },
    {
      what: "a grant is in force only after a while",
      isEmulated: "yes",
      note: 'only with a fault `on: "policy"`',
      section: "4.2",
      test: "faults/faults.test.ts",
    },
    {
      what: "etags: of two changes at once one is refused",
      isEmulated: "yes",
      section: "11.3",
      test: "iam/policies.test.ts",
    },
    {
      what: "an account that is made again is another one, and is granted nothing",
      isEmulated: "yes",
      section: "9.2",
      test: "iam/serviceAccounts.test.ts",
    },
    {
      what: "the claims and the signature of ID tokens",
      isEmulated: "yes",
      note: "signed with a key of this cloud's own, at `/oauth2/v3/certs` and, as certificates, at `/oauth2/v1/certs`",
      section: "4.3",
      test: "iam/tokens.test.ts",
    },
    {
      what: "sign-in: user info, token info, tokens for codes or assertions, the keys of accounts by URL",
      isEmulated: "no",
      section: "4.3",
      test: "api/api.test.ts",
    },
    {
      what: "conditions of bindings",
      isEmulated: "no",
      note: "such a binding grants nothing, and a line says so",
      test: "iam/policies.test.ts",
    },
    { what: "roles that service agents get by themselves", isEmulated: "no", section: "9.4" },
    { what: "custom roles, groups, deny policies, keys of accounts", isEmulated: "no" },
  ],
};
