import { refused, type RefusedMethod } from "../api/refused.ts";

const versions = ["v2", "v2beta3"];
const PULL_QUEUE = "/v2beta2/projects/{project}/locations/{location}/queues/{queue}";

/** Batches and keys of one's own (google-cloud.md 1.2), and the pull queues of v2beta2, of which nothing is emulated. */
export const refusedMethods: readonly RefusedMethod[] = [
  ...versions.flatMap((version) =>
    refused(
      `google.cloud.tasks.${version}.CloudTasks`,
      `/${version}/projects/{project}/locations/{location}`,
      {
        BatchCreateTasks: "POST /queues/{queue}/tasks:batchCreate",
        BatchDeleteTasks: "POST /queues/{queue}/tasks:batchDelete",
        GetCmekConfig: "GET /cmekConfig",
        UpdateCmekConfig: "PATCH /cmekConfig",
      },
    ),
  ),
  ...refused("google.cloud.tasks.v2beta2.CloudTasks", PULL_QUEUE, {
    LeaseTasks: "POST /tasks:lease",
    AcknowledgeTask: "POST /tasks/{task}:acknowledge",
    RenewLease: "POST /tasks/{task}:renewLease",
    CancelLease: "POST /tasks/{task}:cancelLease",
  }),
];
