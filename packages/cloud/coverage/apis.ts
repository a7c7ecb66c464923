/** One of Google's APIs, as the page lists it. */
export interface ApiSection {
  readonly title: string;
  /** The services whose methods it has, of any version: `google.cloud.tasks.CloudTasks`. */
  readonly services: readonly string[];
  /**
   * The collections that are its own of the services that many APIs have: operations, locations.
   *
   * @default - it has none of them
   */
  readonly sharedAt?: readonly string[];
  /**
   * Whether it is served over gRPC too.
   *
   * @default false
   */
  readonly isOverGrpc?: boolean;
  /** What is said of it as a whole, in one line of the document. */
  readonly about: string;
}

const LOCATIONS = "/projects/{project}/locations";
const OPERATIONS = `${LOCATIONS}/{location}/operations`;

/** Every API of which something is emulated. */
export const APIS: readonly ApiSection[] = [
  {
    title: "Cloud Tasks",
    services: ["google.cloud.tasks.CloudTasks"],
    sharedAt: [`/v2${LOCATIONS}`, `/v2beta3${LOCATIONS}`],
    isOverGrpc: true,
    about: "v2 and v2beta3. Of v2beta2 there is nothing.",
  },
  {
    title: "Cloud Scheduler",
    services: ["google.cloud.scheduler.CloudScheduler"],
    sharedAt: [`/v1${LOCATIONS}`],
    about: "v1. Of v1beta1 there is nothing.",
  },
  {
    title: "Cloud Run",
    services: [
      ...["Services", "Revisions", "Jobs", "Executions", "Tasks"],
      ...["WorkerPools", "Instances", "Builds"],
    ].map((name) => `google.cloud.run.${name}`),
    sharedAt: [`/v2${OPERATIONS}`],
    about: "The Admin API, v2. Of v1 (Knative) there is nothing.",
  },
  {
    title: "IAM",
    services: ["google.iam.admin.IAM", "google.iam.credentials.IAMCredentials"],
    about: "v1 of IAM and of IAM Credentials.",
  },
  {
    title: "Resource Manager",
    services: ["google.cloud.resourcemanager.Projects"],
    about: "v1 and v3, for the one project that there is. There are no folders and organizations.",
  },
  {
    title: "Service Usage",
    services: ["google.api.serviceusage.ServiceUsage"],
    sharedAt: ["/v1/operations", "/v1beta1/operations"],
    about: "v1 and v1beta1. An API that is not enabled is answered all the same.",
  },
  {
    title: "Artifact Registry",
    services: ["google.devtools.artifactregistry.ArtifactRegistry"],
    sharedAt: [`/v1${OPERATIONS}`],
    about: "v1: repositories and their policies. What they hold is not kept here.",
  },
  {
    title: "Secret Manager",
    services: ["google.cloud.secretmanager.SecretManagerService"],
    about: "v1: secrets of the project, and their versions.",
  },
  {
    title: "Monitoring",
    services: [
      ...[
        "MetricService",
        "AlertPolicyService",
        "AlertService",
        "NotificationChannelService",
        "GroupService",
      ],
      ...["UptimeCheckService", "SnoozeService", "QueryService", "ServiceMonitoringService"],
      "dashboard.DashboardsService",
    ].map((name) => `google.monitoring.${name}`),
    about: "v3, and v1 of dashboards.",
  },
  {
    title: "Logging",
    services: [
      "google.logging.MetricsServiceV2",
      "google.logging.LoggingServiceV2",
      "google.logging.ConfigServiceV2",
    ],
    about:
      "v2: log-based metrics, entries, exclusions of the sink `_Default`; no other sinks nor buckets.",
  },
  {
    title: "Storage",
    services: ["google.storage.Storage"],
    about: "The JSON API, v1, by the names of its gRPC service: buckets, which hold no objects.",
  },
];

/** The services that many APIs have, each beneath its own paths. */
export const SHARED_SERVICES = ["google.longrunning.Operations", "google.cloud.location.Locations"];
