import { refused, type RefusedMethod } from "../api/refused.ts";

/** Quotas, and lists of operations. */
export const refusedMethods: readonly RefusedMethod[] = [
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
