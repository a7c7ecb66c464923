import { refused, type RefusedMethod } from "../api/refused.ts";

/** Keys of service accounts, signatures, and roles (what the predefined ones hold is known, and not shown). */
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
    ListRoles: [
      "GET /roles",
      "GET /organizations/{organization}/roles",
      "GET /projects/{project}/roles",
    ],
    GetRole: [
      "GET /roles/{role}",
      "GET /organizations/{organization}/roles/{role}",
      "GET /projects/{project}/roles/{role}",
    ],
    CreateRole: ["POST /organizations/{organization}/roles", "POST /projects/{project}/roles"],
    UpdateRole: [
      "PATCH /organizations/{organization}/roles/{role}",
      "PATCH /projects/{project}/roles/{role}",
    ],
    DeleteRole: [
      "DELETE /organizations/{organization}/roles/{role}",
      "DELETE /projects/{project}/roles/{role}",
    ],
    UndeleteRole: [
      "POST /organizations/{organization}/roles/{role}:undelete",
      "POST /projects/{project}/roles/{role}:undelete",
    ],
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
