import { refused, type RefusedMethod } from "../api/refused.ts";

/** What a bucket holds, and who may use it. https://cloud.google.com/storage/docs/json_api/v1 */
export const refusedMethods: readonly RefusedMethod[] = ["/storage/v1/b", "/v1/b"].flatMap(
  (buckets) =>
    refused("google.storage.v2.Storage", `${buckets}/{bucket}`, {
      UpdateBucket: "PUT",
      GetIamPolicy: "GET /iam",
      SetIamPolicy: "PUT /iam",
      TestIamPermissions: "GET /iam/testPermissions",
      LockBucketRetentionPolicy: "POST /lockRetentionPolicy",
      RestoreBucket: "POST /restore",
      RelocateBucket: "POST /relocate",
      GetStorageLayout: "GET /storageLayout",
      WriteObject: "POST /o",
      ReadObject: "GET /o/{object}",
      UpdateObject: ["PATCH /o/{object}", "PUT /o/{object}"],
      DeleteObject: "DELETE /o/{object}",
    }),
);
