import { refused, type RefusedMethod } from "../api/refused.ts";

/** Keys of service accounts, signatures, predefined roles (what they hold is known, and not shown) and an organization's. */
export const refusedMethods: readonly RefusedMethod[] = [
  ...refused("google.iam.admin.v1.IAM", "/v1/projects/{project}/serviceAccounts/{account}", {
    UndeleteServiceAccount: "POST :undelete",
    ListServiceAccountKeys: "GET /keys",
    GetServiceAccountKey: "GET /keys/{key}",
    CreateServiceAccountKey: "POST /keys",
    UploadServiceAccountKey: "POST /keys:upload",
    DeleteServiceAccountKey: "DELETE /keys/{key}",
    DisableServiceAccountKey: "POST /keys/{key}:disable",
    EnableServiceAccountKey: "POST /keys/{key}:enable",
    SignBlob: "POST :signBlob",
    SignJwt: "POST :signJwt",
  }),
  ...refused("google.iam.admin.v1.IAM", "/v1", {
    QueryGrantableRoles: "POST /roles:queryGrantableRoles",
    ListRoles: ["GET /roles", "GET /organizations/{organization}/roles"],
    GetRole: ["GET /roles/{role}", "GET /organizations/{organization}/roles/{role}"],
    CreateRole: "POST /organizations/{organization}/roles",
    UpdateRole: "PATCH /organizations/{organization}/roles/{role}",
    DeleteRole: "DELETE /organizations/{organization}/roles/{role}",
    UndeleteRole: "POST /organizations/{organization}/roles/{role}:undelete",
    QueryTestablePermissions: "POST /permissions:queryTestablePermissions",
    QueryAuditableServices: "POST /iamPolicies:queryAuditableServices",
    LintPolicy: "POST /iamPolicies:lintPolicy",
  }),
  ...refused(
    "google.iam.credentials.v1.IAMCredentials",
    "/v1/projects/{project}/serviceAccounts/{account}",
    {
      SignBlob: "POST :signBlob",
      SignJwt: "POST :signJwt",
    },
  ),
];
