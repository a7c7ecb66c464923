import {
  betaQueueMessage,
  createTaskMessage,
  queueMessage,
  runTaskMessage,
} from "../../cloudtasks/messages.ts";
import { POLICY } from "../../iam/policyStore.ts";
import { aggregationMessage } from "../../monitoring/aggregation.ts";
import { alertPolicyMessage, channelMessage } from "../../monitoring/monitoringMessages.ts";
import { JOB } from "../../scheduler/jobMessages.ts";
import { googleType } from "./googleProtos.ts";
import { tableDifferences, type Table } from "./tableDifferences.ts";

/*
 * Google publishes no definitions with its packages here of Cloud Run, Secret Manager, Artifact Registry, service
 * accounts, log-based metrics and dashboards: their tables are held by what the real provider sends.
 */

interface Case {
  readonly type: string;
  readonly table: Table;
  /** What the REST API has and the definition has not. */
  readonly restOnly?: readonly string[];
}

describe("The table of a message", () => {
  it.each<Case>([
    {
      type: "google.cloud.tasks.v2.Queue",
      table: { message: queueMessage },
      // It is v2beta3's.
      restOnly: ["httpTarget is not Google's."],
    },
    { type: "google.cloud.tasks.v2beta3.Queue", table: { message: betaQueueMessage } },
    {
      type: "google.cloud.tasks.v2.CreateTaskRequest",
      table: { message: createTaskMessage },
      // It is the queue's.
      restOnly: ["task.retryConfig is not Google's."],
    },
    { type: "google.cloud.tasks.v2.RunTaskRequest", table: { message: runTaskMessage } },
    {
      type: "google.cloud.scheduler.v1.Job",
      table: JOB,
      restOnly: ["satisfiesPzs is not Google's."],
    },
    { type: "google.iam.v1.Policy", table: { message: POLICY } },
    { type: "google.monitoring.v3.Aggregation", table: { message: aggregationMessage } },
    { type: "google.monitoring.v3.AlertPolicy", table: { message: alertPolicyMessage } },
    { type: "google.monitoring.v3.NotificationChannel", table: { message: channelMessage } },
  ])("has the fields of $type, each of its kind", ({ type, table, restOnly = [] }) => {
    expect(tableDifferences(table, googleType(type))).toEqual(restOnly);
  });
});

describe("A table that is not Google's", () => {
  it.each<{ what: string; table: Table; type: string; differences: string[] }>([
    {
      what: "names, lists and kinds",
      type: "google.rpc.Status",
      table: { message: { code: "string", message: { repeated: "string" }, detail: "struct" } },
      differences: [
        "code is string; it must be int32.",
        "message is a list; it must be a value.",
        "detail is not Google's.",
        "details is missing.",
      ],
    },
    {
      what: "oneofs, maps and the numbers of enums",
      type: "google.cloud.tasks.v2.HttpRequest",
      table: {
        message: {
          url: "string",
          httpMethod: { enum: ["HTTP_METHOD_UNSPECIFIED", "GET"] },
          headers: "struct",
          body: "bytes",
          oauthToken: "struct",
          oidcToken: { message: { serviceAccountEmail: "string" } },
        },
        oneofs: { authorization: ["oauthToken", "oidcToken"] },
      },
      differences: [
        "httpMethod is enum { HTTP_METHOD_UNSPECIFIED GET }; it must be enum { HTTP_METHOD_UNSPECIFIED POST GET HEAD PUT DELETE PATCH OPTIONS }.",
        "headers is a value; it must be a map.",
        "oidcToken.audience is missing.",
        "oneof authorization { oauthToken, oidcToken } is not Google's.",
        "oneof authorizationHeader { oauthToken, oidcToken } is missing.",
      ],
    },
  ])("is told by its $what", ({ table, type, differences }) => {
    expect(tableDifferences(table, googleType(type))).toEqual(differences);
  });
});
