import { permissionsOf } from "../../iam/roles.ts";

const PROJECT = ["resourcemanager.projects.get", "resourcemanager.projects.list"];
const named = (resource: string, verbs: string): string[] =>
  verbs.split(" ").map((verb) => `${resource}.${verb}`);
const LOCATIONS = named("cloudtasks.locations", "get list");
const QUEUE_CHANGES = named(
  "cloudtasks.queues",
  "create delete get list pause purge resume update",
);
const EDITOR = [
  "cloudtasks.cmekConfig.get",
  ...LOCATIONS,
  ...QUEUE_CHANGES,
  ...named("cloudtasks.tasks", "create delete fullView get list run"),
  "monitoring.timeSeries.list",
  ...PROJECT,
];
const QUEUE_POLICY = named("cloudtasks.queues", "getIamPolicy setIamPolicy");

const contents = (role: string): string[] => {
  const permissions = permissionsOf(role) ?? new Set<string>();
  return permissions === "all" ? ["all"] : [...permissions].sort();
};

// google-cloud.md 9.1
describe("The roles of Cloud Tasks", () => {
  it.each([
    {
      role: "admin",
      holds: [...EDITOR, ...QUEUE_POLICY, "cloudtasks.cmekConfig.update"],
    },
    { role: "editor", holds: EDITOR },
    {
      role: "viewer",
      holds: [
        "cloudtasks.cmekConfig.get",
        ...LOCATIONS,
        ...named("cloudtasks.queues", "get list"),
        ...named("cloudtasks.tasks", "fullView get list"),
        "monitoring.timeSeries.list",
        ...PROJECT,
      ],
    },
    { role: "enqueuer", holds: [...named("cloudtasks.tasks", "create fullView"), ...PROJECT] },
    { role: "queueAdmin", holds: [...LOCATIONS, ...QUEUE_CHANGES, ...QUEUE_POLICY, ...PROJECT] },
    { role: "taskDeleter", holds: ["cloudtasks.tasks.delete", ...PROJECT] },
    { role: "taskRunner", holds: [...named("cloudtasks.tasks", "run fullView"), ...PROJECT] },
    {
      role: "serviceAgent",
      holds: [
        ...named("iam.serviceAccounts", "getAccessToken getOpenIdToken"),
        "logging.logEntries.create",
      ],
    },
  ])("are exact: $role", ({ role, holds }) => {
    expect(contents(`roles/cloudtasks.${role}`)).toEqual(holds.sort());
  });

  it("have 20 permissions of their own, all of them the administrator's", () => {
    const own = contents("roles/cloudtasks.admin").filter((one) => one.startsWith("cloudtasks."));

    expect(own).toHaveLength(20);
  });
});

// google-cloud.md 9.2
describe("The other roles of the stack", () => {
  it.each([
    { role: "run.invoker", holds: "run.routes.invoke run.jobs.run run.executions.cancel" },
    { role: "run.servicesInvoker", holds: "run.routes.invoke" },
    { role: "run.admin", holds: "run.services.create run.services.setIamPolicy" },
    { role: "iam.serviceAccountUser", holds: "iam.serviceAccounts.actAs iam.serviceAccounts.get" },
    {
      role: "iam.serviceAccountTokenCreator",
      holds:
        "iam.serviceAccounts.getAccessToken iam.serviceAccounts.getOpenIdToken iam.serviceAccounts.signBlob iam.serviceAccounts.signJwt iam.serviceAccounts.implicitDelegation",
    },
    {
      role: "iam.serviceAccountOpenIdTokenCreator",
      holds: "iam.serviceAccounts.getOpenIdToken",
    },
    { role: "iam.workloadIdentityUser", holds: "iam.serviceAccounts.getAccessToken" },
    {
      role: "cloudscheduler.admin",
      holds:
        "cloudscheduler.jobs.create cloudscheduler.jobs.enable cloudscheduler.jobs.fullView cloudscheduler.jobs.pause cloudscheduler.locations.list",
    },
    {
      role: "cloudscheduler.jobRunner",
      holds: "cloudscheduler.jobs.run cloudscheduler.jobs.fullView",
    },
    {
      role: "cloudscheduler.viewer",
      holds: "cloudscheduler.jobs.get cloudscheduler.jobs.list cloudscheduler.jobs.fullView",
    },
    { role: "artifactregistry.writer", holds: "artifactregistry.repositories.uploadArtifacts" },
    { role: "artifactregistry.reader", holds: "artifactregistry.repositories.downloadArtifacts" },
    { role: "artifactregistry.repoAdmin", holds: "artifactregistry.versions.delete" },
    {
      role: "artifactregistry.admin",
      holds: "artifactregistry.repositories.create artifactregistry.versions.delete",
    },
    { role: "secretmanager.secretAccessor", holds: "secretmanager.versions.access" },
    { role: "logging.logWriter", holds: "logging.logEntries.create" },
    {
      role: "logging.configWriter",
      holds: "logging.logMetrics.create logging.exclusions.create logging.exclusions.update",
    },
    { role: "monitoring.metricWriter", holds: "monitoring.timeSeries.create" },
    {
      role: "monitoring.editor",
      holds: "monitoring.alertPolicies.create monitoring.dashboards.create",
    },
    { role: "monitoring.alertPolicyEditor", holds: "monitoring.alertPolicies.update" },
    {
      role: "monitoring.notificationChannelEditor",
      holds: "monitoring.notificationChannels.update",
    },
    { role: "monitoring.dashboardEditor", holds: "monitoring.dashboards.update" },
    { role: "cloudtrace.agent", holds: "cloudtrace.traces.patch" },
    { role: "serviceusage.serviceUsageAdmin", holds: "serviceusage.services.enable" },
    { role: "resourcemanager.projectIamAdmin", holds: "resourcemanager.projects.setIamPolicy" },
  ])("hold what G 9.2 names: $role", ({ role, holds }) => {
    expect(contents(`roles/${role}`)).toEqual(expect.arrayContaining(holds.split(" ")));
  });

  it.each([
    {
      role: "admin",
      holds: [
        ...named("cloudscheduler.jobs", "create delete enable fullView get list pause run update"),
        ...named("cloudscheduler.locations", "get list"),
        ...PROJECT,
      ],
    },
    { role: "jobRunner", holds: [...named("cloudscheduler.jobs", "run fullView"), ...PROJECT] },
    {
      role: "viewer",
      holds: [
        ...named("cloudscheduler.jobs", "fullView get list"),
        ...named("cloudscheduler.locations", "get list"),
        ...PROJECT,
      ],
    },
    {
      role: "serviceAgent",
      holds: [
        ...named("iam.serviceAccounts", "getAccessToken getOpenIdToken"),
        ...named("logging.logEntries", "create route"),
        "pubsub.topics.publish",
      ],
    },
  ])("of Cloud Scheduler are exact (G 4.2, 9.2): $role", ({ role, holds }) => {
    expect(contents(`roles/cloudscheduler.${role}`)).toEqual(holds.sort());
  });

  it.each([
    { role: "run.servicesInvoker", holds: ["run.routes.invoke"] },
    {
      role: "iam.serviceAccountOpenIdTokenCreator",
      holds: ["iam.serviceAccounts.getOpenIdToken"],
    },
    { role: "run.invoker", holds: ["run.executions.cancel", "run.jobs.run", "run.routes.invoke"] },
  ])("hold nothing else where G 9.2 says so: $role", ({ role, holds }) => {
    expect(contents(`roles/${role}`)).toEqual(holds);
  });

  it("keep apart what G 9.2 keeps apart", () => {
    const lacks = (role: string, permission: string): boolean =>
      !contents(`roles/${role}`).includes(permission);

    expect(lacks("run.developer", "run.services.setIamPolicy")).toBe(true);
    expect(lacks("artifactregistry.reader", "artifactregistry.repositories.uploadArtifacts")).toBe(
      true,
    );
    expect(lacks("artifactregistry.writer", "artifactregistry.versions.delete")).toBe(true);
    expect(lacks("secretmanager.viewer", "secretmanager.versions.access")).toBe(true);
    expect(lacks("iam.serviceAccountUser", "iam.serviceAccounts.getAccessToken")).toBe(true);
  });
});
