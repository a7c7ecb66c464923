/** What is missing of a method, by its service without a version and its name. */
export type PartlyNotes = Readonly<Record<string, Readonly<Record<string, string>>>>;

const NO_FILTER = "no `filter`";
const NOT_SORTED = "no `filter`, no `orderBy`";
const POLICY = "bindings with a condition or of an unknown role grant nothing";
const TARGETS =
  "targets of Pub/Sub and App Engine are kept and shown, and their runs fail as not emulated; no schedule in English";
const QUEUE = "no pull queues; what is said of App Engine is kept and shown";
const SERVICE =
  "all traffic goes to the latest revision; no sidecars; CPU, memory, network and volumes are kept and shown";
const WATCHED =
  "conditions of matched logs and of thresholds on one aggregation are judged; of metrics that are not there only log-based ones are refused; PromQL and the rest are kept and shown; nobody is notified";

const policies = { SetIamPolicy: POLICY };

/** The methods that are partly emulated, and what is missing of each. */
export const PARTLY: PartlyNotes = {
  "google.cloud.tasks.CloudTasks": {
    CreateQueue: QUEUE,
    UpdateQueue: QUEUE,
    CreateTask: "no tasks for App Engine",
    ...policies,
  },
  "google.cloud.location.Locations": {
    ListLocations: `${NO_FILTER}; only the cloud's region and those with resources`,
    GetLocation: "only the cloud's region and those with resources",
  },
  "google.cloud.scheduler.CloudScheduler": { CreateJob: TARGETS, UpdateJob: TARGETS },
  "google.longrunning.Operations": { ListOperations: NO_FILTER },
  "google.cloud.run.Services": {
    CreateService: SERVICE,
    UpdateService: SERVICE,
    ListServices: "no `showDeleted`",
    ...policies,
  },
  "google.iam.admin.IAM": policies,
  "google.iam.credentials.IAMCredentials": {
    GenerateAccessToken: "no `delegates`; the token is for every scope",
    GenerateIdToken: "no `delegates`; the address is always in it",
  },
  "google.cloud.resourcemanager.Projects": policies,
  "google.api.serviceusage.ServiceUsage": {
    ListServices: "only those that were enabled or disabled; `filter` by `state` alone",
    GetService: "of `config` the name alone",
    GenerateServiceIdentity: "for APIs whose agent is known here",
  },
  "google.devtools.artifactregistry.ArtifactRegistry": {
    CreateRepository: "what it says of cleaning up, of remotes and of keys is kept and shown",
    ListRepositories: NOT_SORTED,
    ...policies,
  },
  "google.cloud.secretmanager.SecretManagerService": {
    CreateSecret: "rotation, expiry, topics and replication are kept and shown",
    ListSecrets: NO_FILTER,
    ListSecretVersions: NO_FILTER,
    ...policies,
  },
  "google.monitoring.MetricService": {
    ListTimeSeries:
      "the metrics of queues and of logs, three of Cloud Run; no `secondaryAggregation`; some aligners, reducers and filters",
    ListMetricDescriptors: "the metrics of queues and of logs, three of Cloud Run",
    GetMetricDescriptor: "the metrics of queues and of logs, three of Cloud Run",
  },
  "google.monitoring.AlertPolicyService": {
    CreateAlertPolicy: WATCHED,
    UpdateAlertPolicy: WATCHED,
    ListAlertPolicies: NOT_SORTED,
  },
  "google.monitoring.AlertService": {
    ListAlerts: `${NOT_SORTED}; the newest 1,000, in memory; what a series is labelled with is under \`log\` too`,
    GetAlert: "as a list shows it",
  },
  "google.monitoring.NotificationChannelService": {
    CreateNotificationChannel: "it is kept and shown; nobody is notified",
    UpdateNotificationChannel: "it is kept and shown; nobody is notified",
    ListNotificationChannels: NOT_SORTED,
  },
  "google.logging.LoggingServiceV2": {
    ListLogEntries:
      "the newest 50,000 entries, or 32 MiB, in memory; the logs of a project; of a filter's functions `log_id` alone",
    ListLogs: "those of which an entry is kept; no `resourceNames`",
  },
  "google.logging.MetricsServiceV2": {
    CreateLogMetric: "`bucketOptions` and `bucketName` are kept and shown",
    UpdateLogMetric: "`bucketOptions` and `bucketName` are kept and shown",
  },
  "google.logging.ConfigServiceV2": {
    CreateExclusion: "of a filter's functions `log_id` alone; any number of them",
    UpdateExclusion: "of a filter's functions `log_id` alone",
  },
  "google.storage.Storage": {
    CreateBucket: "it is kept and shown; nothing can be put into it",
    UpdateBucket: "it is kept and shown; nothing can be put into it",
    ListBuckets: "no pages, no `prefix`",
    ListObjects: "there are none: NOT_FOUND",
    ListAnywhereCaches: "there are none: NOT_FOUND",
  },
};
