import { refused, type RefusedMethod } from "../api/refused.ts";

/** Revisions by themselves, jobs and what they run, worker pools, instances and builds. */
export const refusedMethods: readonly RefusedMethod[] = [
  ...refused("google.cloud.run.v2.Revisions", "/v2/projects/{project}/locations/{location}", {
    GetRevision: [
      "GET /services/{service}/revisions/{revision}",
      "GET /workerPools/{workerPool}/revisions/{revision}",
    ],
    ListRevisions: ["GET /services/{service}/revisions", "GET /workerPools/{workerPool}/revisions"],
    DeleteRevision: [
      "DELETE /services/{service}/revisions/{revision}",
      "DELETE /workerPools/{workerPool}/revisions/{revision}",
    ],
  }),
  ...refused("google.cloud.run.v2.Jobs", "/v2/projects/{project}/locations/{location}/jobs", {
    CreateJob: "POST",
    GetJob: "GET /{job}",
    ListJobs: "GET",
    UpdateJob: "PATCH /{job}",
    DeleteJob: "DELETE /{job}",
    RunJob: "POST /{job}:run",
    GetIamPolicy: "GET /{job}:getIamPolicy",
    SetIamPolicy: "POST /{job}:setIamPolicy",
    TestIamPermissions: "POST /{job}:testIamPermissions",
  }),
  ...refused(
    "google.cloud.run.v2.Executions",
    "/v2/projects/{project}/locations/{location}/jobs/{job}/executions",
    {
      GetExecution: "GET /{execution}",
      ListExecutions: "GET",
      DeleteExecution: "DELETE /{execution}",
      CancelExecution: "POST /{execution}:cancel",
    },
  ),
  ...refused(
    "google.cloud.run.v2.Tasks",
    "/v2/projects/{project}/locations/{location}/jobs/{job}/executions/{execution}/tasks",
    {
      GetTask: "GET /{task}",
      ListTasks: "GET",
    },
  ),
  ...refused(
    "google.cloud.run.v2.WorkerPools",
    "/v2/projects/{project}/locations/{location}/workerPools",
    {
      CreateWorkerPool: "POST",
      GetWorkerPool: "GET /{workerPool}",
      ListWorkerPools: "GET",
      UpdateWorkerPool: "PATCH /{workerPool}",
      DeleteWorkerPool: "DELETE /{workerPool}",
      GetIamPolicy: "GET /{workerPool}:getIamPolicy",
      SetIamPolicy: "POST /{workerPool}:setIamPolicy",
      TestIamPermissions: "POST /{workerPool}:testIamPermissions",
    },
  ),
  ...refused(
    "google.cloud.run.v2.Instances",
    "/v2/projects/{project}/locations/{location}/instances",
    {
      CreateInstance: "POST",
      DeleteInstance: "DELETE /{instance}",
      GetInstance: "GET /{instance}",
      ListInstances: "GET",
      StopInstance: "POST /{instance}:stop",
      StartInstance: "POST /{instance}:start",
    },
  ),
  ...refused("google.cloud.run.v2.Builds", "/v2/projects/{project}/locations/{location}/builds", {
    SubmitBuild: "POST :submit",
  }),
];
