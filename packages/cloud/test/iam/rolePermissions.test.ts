import { routeTable } from "../../coverage/routeTable.ts";
import { startLocalIam } from "./localIam.ts";

/* Which role lets call what: the permissions of the methods (G 9.1, 9.2) held against the roles' contents. */

const LOCATION = "projects/local-project/locations/europe-west1";
const QUEUE = `${LOCATION}/queues/email`;
const PROJECT = "projects/local-project";
const MEMBER = "user:a@example.com";

const call = {
  params: {
    ...{ project: "local-project", location: "europe-west1", queue: "email", task: "t", job: "j" },
    ...{ service: "s", secret: "s", version: "1", repository: "r", operation: "o", account: "a" },
  },
  query: new URLSearchParams(),
  body: undefined,
  member: MEMBER,
};

const methods = routeTable();

/** Which methods, of those whose permission begins so, a member may call that holds a role on a resource. */
function callable(permissions: RegExp, path: string, role: string, boundTo: string): string[] {
  const { policies, authority } = startLocalIam();
  policies.set(boundTo, { bindings: [{ role, members: [MEMBER] }] });
  const names = methods
    .filter(
      ({ http, permission }) =>
        permission !== undefined &&
        permissions.test(permission[0]) &&
        http.includes(` ${path}`) &&
        authority.allows(MEMBER, permission[0], permission[1](call)),
    )
    .map(({ name }) => name);
  return [...new Set(names)].sort();
}

const LOCATIONS = ["GetLocation", "ListLocations"];
const QUEUE_READS = ["GetQueue"];
const QUEUE_CHANGES = ["DeleteQueue", "PauseQueue", "PurgeQueue", "ResumeQueue", "UpdateQueue"];
const QUEUE_POLICY = ["GetIamPolicy", "SetIamPolicy"];
const TASK_READS = ["GetTask", "ListTasks"];
const TASK_CREATION = ["BufferTask", "CreateTask"];
const ALL_OF_A_QUEUE = [
  ...QUEUE_READS,
  ...QUEUE_CHANGES,
  ...TASK_READS,
  ...TASK_CREATION,
  "DeleteTask",
  "RunTask",
];

/** What each role may do to a queue and its tasks, and what only a binding on the project adds. */
const TASKS_ROLES = [
  {
    role: "admin",
    onQueue: [...ALL_OF_A_QUEUE, ...QUEUE_POLICY],
    onProject: [...LOCATIONS, "CreateQueue", "ListQueues"],
  },
  {
    role: "editor",
    onQueue: ALL_OF_A_QUEUE,
    onProject: [...LOCATIONS, "CreateQueue", "ListQueues"],
  },
  {
    role: "viewer",
    onQueue: [...QUEUE_READS, ...TASK_READS],
    onProject: [...LOCATIONS, "ListQueues"],
  },
  { role: "enqueuer", onQueue: TASK_CREATION, onProject: [] },
  {
    role: "queueAdmin",
    onQueue: [...QUEUE_READS, ...QUEUE_CHANGES, ...QUEUE_POLICY],
    onProject: [...LOCATIONS, "CreateQueue", "ListQueues"],
  },
  { role: "taskDeleter", onQueue: ["DeleteTask"], onProject: [] },
  { role: "taskRunner", onQueue: ["RunTask"], onProject: [] },
  { role: "serviceAgent", onQueue: [], onProject: [] },
];

describe.each(["/v2/", "/v2beta3/"])("Cloud Tasks at %s (G 9.1)", (path) => {
  const open = (role: string, boundTo: string): string[] =>
    callable(/^cloudtasks\./, path, `roles/cloudtasks.${role}`, boundTo);

  it.each(TASKS_ROLES)("is open to $role, bound to the queue", ({ role, onQueue }) => {
    expect(open(role, QUEUE)).toEqual([...onQueue].sort());
  });

  it.each(TASKS_ROLES)("is open to $role, bound to the project", ({ role, onQueue, onProject }) => {
    expect(open(role, PROJECT)).toEqual([...onQueue, ...onProject].sort());
  });

  it("is closed to a role that is bound to another queue", () => {
    expect(open("admin", `${LOCATION}/queues/other`)).toEqual([]);
  });
});

describe("Cloud Scheduler (G 9.2)", () => {
  it.each([
    {
      role: "admin",
      may: [
        ...["CreateJob", "DeleteJob", "GetJob", ...LOCATIONS, "ListJobs", "PauseJob"],
        ...["ResumeJob", "RunJob", "UpdateJob"],
      ],
    },
    { role: "jobRunner", may: ["RunJob"] },
    { role: "viewer", may: ["GetJob", ...LOCATIONS, "ListJobs"] },
    { role: "serviceAgent", may: [] },
  ])("is open to $role, bound to the project", ({ role, may }) => {
    expect(callable(/^cloudscheduler\./, "/v1/", `roles/cloudscheduler.${role}`, PROJECT)).toEqual(
      [...may].sort(),
    );
  });

  it("has no policy of a job: roles are bound to the project alone", () => {
    expect(methods.filter(({ http }) => /jobs\/.*IamPolicy/.test(http))).toEqual([]);
  });
});

describe("Every method (G 9)", () => {
  // A role that is bound on the project, and is named in section 9 or used by the program.
  const ROLES = [
    ...["cloudtasks.admin", "cloudscheduler.admin", "run.admin", "iam.serviceAccountAdmin"],
    ...["iam.serviceAccountTokenCreator", "secretmanager.admin", "artifactregistry.admin"],
    ...["serviceusage.serviceUsageAdmin", "resourcemanager.projectIamAdmin", "monitoring.editor"],
    ...["logging.configWriter", "logging.admin", "iam.roleAdmin"],
  ];

  it("needs a permission that one of the administrators has", () => {
    const { policies, authority } = startLocalIam();
    const bindings = ROLES.map((role) => ({ role: `roles/${role}`, members: [MEMBER] }));
    policies.set(PROJECT, { bindings });

    const closed = methods
      .flatMap(({ permission }) => permission?.[0] ?? [])
      .filter((name) => !authority.allows(MEMBER, name, PROJECT));

    // Its roles are not known here.
    expect(closed.filter((name) => !name.startsWith("storage."))).toEqual([]);
  });

  it("needs one, but for those that ask what the caller may do, and for operations", () => {
    const open = methods.filter(({ permission }) => !permission).map(({ name }) => name);

    expect([...new Set(open)].sort()).toEqual(["GetOperation", "TestIamPermissions"]);
  });
});

describe("The policies of resources (G 9.1, 9.2)", () => {
  it("are changed by setIamPolicy, with the permission of their kind", () => {
    const kinds = methods
      .filter(({ name }) => name === "SetIamPolicy")
      .map(({ permission, http }) => `${permission?.[0]} ${http.split(" ")[1]}`);

    expect(kinds.sort()).toEqual([
      "artifactregistry.repositories.setIamPolicy /v1/projects/{project}/locations/{location}/repositories/{repository}:setIamPolicy",
      "cloudtasks.queues.setIamPolicy /v2/projects/{project}/locations/{location}/queues/{queue}:setIamPolicy",
      "cloudtasks.queues.setIamPolicy /v2beta3/projects/{project}/locations/{location}/queues/{queue}:setIamPolicy",
      "iam.serviceAccounts.setIamPolicy /v1/projects/{project}/serviceAccounts/{account}:setIamPolicy",
      "resourcemanager.projects.setIamPolicy /v1/projects/{project}:setIamPolicy",
      "resourcemanager.projects.setIamPolicy /v3/projects/{project}:setIamPolicy",
      "run.services.setIamPolicy /v2/projects/{project}/locations/{location}/services/{service}:setIamPolicy",
      "secretmanager.secrets.setIamPolicy /v1/projects/{project}/secrets/{secret}:setIamPolicy",
    ]);
  });
});
