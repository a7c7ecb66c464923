/**
 * The permissions of the predefined roles that the local cloud knows.
 * https://cloud.google.com/iam/docs/roles-permissions
 */
export function permissionsOf(role: string): ReadonlySet<string> | "all" | undefined {
  return role === "roles/owner" ? "all" : SETS.get(role);
}

const PROJECT = ["resourcemanager.projects.get", "resourcemanager.projects.list"];
const TASKS_LOCATIONS = ["cloudtasks.locations.get", "cloudtasks.locations.list"];
const QUEUE_POLICY = ["cloudtasks.queues.getIamPolicy", "cloudtasks.queues.setIamPolicy"];
const QUEUE_CHANGES = named("cloudtasks.queues", "create delete pause purge resume update");
const QUEUE_READS = named("cloudtasks.queues", "get list");
const TASK_READS = named("cloudtasks.tasks", "get list fullView");
const TASK_CHANGES = named("cloudtasks.tasks", "create delete run");
const TIME_SERIES = "monitoring.timeSeries.list";

const TASKS_VIEWER = [
  "cloudtasks.cmekConfig.get",
  ...TASKS_LOCATIONS,
  ...QUEUE_READS,
  ...TASK_READS,
  TIME_SERIES,
  ...PROJECT,
];
const TASKS_EDITOR = [...TASKS_VIEWER, ...QUEUE_CHANGES, ...TASK_CHANGES];

const SCHEDULER_LOCATIONS = named("cloudscheduler.locations", "get list");
const SCHEDULER_READS = named("cloudscheduler.jobs", "get list fullView");

const RUN_READS = [
  ...named("run.services", "get list getIamPolicy"),
  ...named("run.revisions", "get list"),
  ...named("run.operations", "get list"),
  ...named("run.locations", "list"),
  ...PROJECT,
];
const RUN_DEVELOPER = [
  ...RUN_READS,
  ...named("run.services", "create update delete"),
  ...named("run.jobs", "run"),
  ...named("run.executions", "cancel"),
  "run.operations.delete",
];

const REPOSITORY_READS = named("artifactregistry.repositories", "get list downloadArtifacts");
const REPOSITORY_WRITES = [
  ...REPOSITORY_READS,
  "artifactregistry.repositories.uploadArtifacts",
  ...named("artifactregistry.tags", "create get list update"),
];

const ACCOUNT_READS = named("iam.serviceAccounts", "get list");
const MINT_TOKENS = ["iam.serviceAccounts.getAccessToken", "iam.serviceAccounts.getOpenIdToken"];
const SECRET_READS = [
  ...named("secretmanager.secrets", "get list getIamPolicy"),
  ...named("secretmanager.versions", "get list"),
];

const ROLES: Readonly<Record<string, readonly string[]>> = {
  "roles/cloudtasks.admin": [...TASKS_EDITOR, ...QUEUE_POLICY, "cloudtasks.cmekConfig.update"],
  "roles/cloudtasks.editor": TASKS_EDITOR,
  "roles/cloudtasks.viewer": TASKS_VIEWER,
  "roles/cloudtasks.enqueuer": [...named("cloudtasks.tasks", "create fullView"), ...PROJECT],
  "roles/cloudtasks.queueAdmin": [
    ...TASKS_LOCATIONS,
    ...QUEUE_CHANGES,
    ...QUEUE_READS,
    ...QUEUE_POLICY,
    ...PROJECT,
  ],
  "roles/cloudtasks.taskDeleter": ["cloudtasks.tasks.delete", ...PROJECT],
  "roles/cloudtasks.taskRunner": [...named("cloudtasks.tasks", "run fullView"), ...PROJECT],
  "roles/cloudtasks.serviceAgent": [...MINT_TOKENS, "logging.logEntries.create"],

  "roles/cloudscheduler.admin": [
    ...SCHEDULER_READS,
    ...named("cloudscheduler.jobs", "create delete enable pause run update"),
    ...SCHEDULER_LOCATIONS,
    ...PROJECT,
  ],
  "roles/cloudscheduler.jobRunner": [...named("cloudscheduler.jobs", "run fullView"), ...PROJECT],
  "roles/cloudscheduler.viewer": [...SCHEDULER_READS, ...SCHEDULER_LOCATIONS, ...PROJECT],
  "roles/cloudscheduler.serviceAgent": [
    ...MINT_TOKENS,
    ...named("logging.logEntries", "create route"),
    "pubsub.topics.publish",
  ],

  "roles/run.invoker": ["run.routes.invoke", "run.jobs.run", "run.executions.cancel"],
  "roles/run.servicesInvoker": ["run.routes.invoke"],
  "roles/run.viewer": RUN_READS,
  "roles/run.developer": RUN_DEVELOPER,
  "roles/run.admin": [...RUN_DEVELOPER, "run.services.setIamPolicy", "run.routes.invoke"],

  "roles/iam.serviceAccountUser": ["iam.serviceAccounts.actAs", ...ACCOUNT_READS, ...PROJECT],
  "roles/iam.serviceAccountTokenCreator": [
    ...MINT_TOKENS,
    ...named("iam.serviceAccounts", "signBlob signJwt implicitDelegation get list"),
    ...PROJECT,
  ],
  "roles/iam.serviceAccountOpenIdTokenCreator": ["iam.serviceAccounts.getOpenIdToken"],
  "roles/iam.workloadIdentityUser": [...MINT_TOKENS, ...ACCOUNT_READS],
  "roles/iam.serviceAccountAdmin": [
    ...ACCOUNT_READS,
    ...named(
      "iam.serviceAccounts",
      "create delete disable enable getIamPolicy setIamPolicy undelete update",
    ),
    ...PROJECT,
  ],

  "roles/secretmanager.secretAccessor": ["secretmanager.versions.access", ...PROJECT],
  "roles/secretmanager.viewer": [...SECRET_READS, ...PROJECT],
  "roles/secretmanager.secretVersionAdder": ["secretmanager.versions.add", ...PROJECT],
  "roles/secretmanager.admin": [
    ...SECRET_READS,
    ...named("secretmanager.secrets", "create delete setIamPolicy update"),
    ...named("secretmanager.versions", "access add destroy disable enable"),
    ...PROJECT,
  ],

  "roles/artifactregistry.reader": REPOSITORY_READS,
  "roles/artifactregistry.writer": REPOSITORY_WRITES,
  "roles/artifactregistry.repoAdmin": [
    ...REPOSITORY_WRITES,
    "artifactregistry.repositories.deleteArtifacts",
    "artifactregistry.versions.delete",
    "artifactregistry.tags.delete",
  ],
  "roles/artifactregistry.admin": [
    ...REPOSITORY_WRITES,
    ...named("artifactregistry.repositories", "create delete update getIamPolicy setIamPolicy"),
    "artifactregistry.repositories.deleteArtifacts",
    "artifactregistry.versions.delete",
    "artifactregistry.tags.delete",
  ],

  "roles/logging.admin": [
    ...named("logging.logEntries", "create list route"),
    ...named("logging.logMetrics", "create delete get list update"),
    ...named("logging.exclusions", "create delete get list update"),
    ...named("logging.logs", "delete list"),
    ...PROJECT,
  ],
  "roles/logging.viewer": [
    "logging.logEntries.list",
    "logging.logs.list",
    ...named("logging.logMetrics", "get list"),
    ...named("logging.exclusions", "get list"),
    ...PROJECT,
  ],
  "roles/logging.logWriter": named("logging.logEntries", "create route"),
  "roles/logging.configWriter": [
    ...named("logging.logMetrics", "create delete get list update"),
    ...named("logging.exclusions", "create delete get list update"),
  ],
  "roles/cloudtrace.agent": ["cloudtrace.traces.patch"],
  "roles/monitoring.metricWriter": [
    ...named("monitoring.metricDescriptors", "create get list"),
    "monitoring.timeSeries.create",
  ],
  "roles/monitoring.viewer": [
    ...named("monitoring.alertPolicies", "get list"),
    ...named("monitoring.alerts", "get list"),
    ...named("monitoring.dashboards", "get list"),
    ...named("monitoring.metricDescriptors", "get list"),
    ...named("monitoring.notificationChannels", "get list"),
    TIME_SERIES,
  ],
  "roles/monitoring.editor": [
    ...named("monitoring.alertPolicies", "create delete get list update"),
    ...named("monitoring.alerts", "get list"),
    ...named("monitoring.dashboards", "create delete get list update"),
    ...named("monitoring.metricDescriptors", "create delete get list"),
    ...named("monitoring.notificationChannels", "create delete get list update"),
    ...named("monitoring.timeSeries", "create list"),
  ],
  "roles/monitoring.alertPolicyEditor": [
    ...named("monitoring.alertPolicies", "create delete get list update"),
  ],
  "roles/monitoring.alertPolicyViewer": named("monitoring.alertPolicies", "get list"),
  "roles/monitoring.notificationChannelViewer": named(
    "monitoring.notificationChannels",
    "get list",
  ),
  "roles/monitoring.dashboardViewer": named("monitoring.dashboards", "get list"),
  "roles/monitoring.notificationChannelEditor": [
    ...named("monitoring.notificationChannels", "create delete get list update"),
  ],
  "roles/monitoring.dashboardEditor": [
    ...named("monitoring.dashboards", "create delete get list update"),
  ],
  "roles/serviceusage.serviceUsageAdmin": [
    ...named("serviceusage.services", "enable disable get list use"),
    ...named("serviceusage.operations", "get list"),
  ],
  "roles/iam.roleAdmin": [
    ...named("iam.roles", "create delete get list undelete update"),
    ...named("resourcemanager.projects", "get getIamPolicy"),
  ],
  "roles/resourcemanager.projectIamAdmin": [
    "resourcemanager.projects.get",
    "resourcemanager.projects.getIamPolicy",
    "resourcemanager.projects.setIamPolicy",
  ],
};

const SETS = new Map(
  Object.entries(ROLES).map(([role, permissions]) => [role, new Set(permissions)]),
);

/** `named("run.services", "get list")` is `run.services.get` and `run.services.list`. */
function named(resource: string, verbs: string): string[] {
  return verbs.split(" ").map((verb) => `${resource}.${verb}`);
}
