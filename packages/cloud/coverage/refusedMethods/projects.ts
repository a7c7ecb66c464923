import { refused, type RefusedMethod } from "../../api/refused.ts";

/** Projects besides the one there is, policies of organizations, and quotas. */
export const projects: readonly RefusedMethod[] = [
  ...refused("google.cloud.resourcemanager.v1.Projects", "/v1/projects", {
    ListProjects: "GET",
    CreateProject: "POST",
    UpdateProject: "PUT /{project}",
    DeleteProject: "DELETE /{project}",
    UndeleteProject: "POST /{project}:undelete",
    GetAncestry: "POST /{project}:getAncestry",
    GetOrgPolicy: "POST /{project}:getOrgPolicy",
    GetEffectiveOrgPolicy: "POST /{project}:getEffectiveOrgPolicy",
    SetOrgPolicy: "POST /{project}:setOrgPolicy",
    ClearOrgPolicy: "POST /{project}:clearOrgPolicy",
    ListOrgPolicies: "POST /{project}:listOrgPolicies",
    ListAvailableOrgPolicyConstraints: "POST /{project}:listAvailableOrgPolicyConstraints",
  }),
  ...refused("google.cloud.resourcemanager.v3.Projects", "/v3/projects", {
    ListProjects: "GET",
    SearchProjects: "GET :search",
    CreateProject: "POST",
    UpdateProject: "PATCH /{project}",
    MoveProject: "POST /{project}:move",
    DeleteProject: "DELETE /{project}",
    UndeleteProject: "POST /{project}:undelete",
  }),
  ...refused(
    "google.api.serviceusage.v1beta1.ServiceUsage",
    "/v1beta1/projects/{project}/services/{service}",
    {
      ListConsumerQuotaMetrics: "GET /consumerQuotaMetrics",
      GetConsumerQuotaMetric: "GET /consumerQuotaMetrics/{metric}",
      GetConsumerQuotaLimit: "GET /consumerQuotaMetrics/{metric}/limits/{limit}",
      CreateAdminOverride: "POST /consumerQuotaMetrics/{metric}/limits/{limit}/adminOverrides",
      UpdateAdminOverride:
        "PATCH /consumerQuotaMetrics/{metric}/limits/{limit}/adminOverrides/{override}",
      DeleteAdminOverride:
        "DELETE /consumerQuotaMetrics/{metric}/limits/{limit}/adminOverrides/{override}",
      ListAdminOverrides: "GET /consumerQuotaMetrics/{metric}/limits/{limit}/adminOverrides",
      ImportAdminOverrides: "POST /consumerQuotaMetrics:importAdminOverrides",
      CreateConsumerOverride:
        "POST /consumerQuotaMetrics/{metric}/limits/{limit}/consumerOverrides",
      UpdateConsumerOverride:
        "PATCH /consumerQuotaMetrics/{metric}/limits/{limit}/consumerOverrides/{override}",
      DeleteConsumerOverride:
        "DELETE /consumerQuotaMetrics/{metric}/limits/{limit}/consumerOverrides/{override}",
      ListConsumerOverrides: "GET /consumerQuotaMetrics/{metric}/limits/{limit}/consumerOverrides",
      ImportConsumerOverrides: "POST /consumerQuotaMetrics:importConsumerOverrides",
    },
  ),
  ...["v1", "v1beta1"].flatMap((version) =>
    refused("google.longrunning.Operations", `/${version}/operations`, { ListOperations: "GET" }),
  ),
  ...refused("google.longrunning.Operations", "/v1/operations/{operation}", {
    CancelOperation: "POST :cancel",
    DeleteOperation: "DELETE",
  }),
];
