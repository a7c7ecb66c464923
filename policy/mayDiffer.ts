/** What no rule is about, and why not: part of docs/policy.md. */
export interface Freedom {
  /** The type's last part, such as `Queue`; `*` is every type. */
  readonly type: string;
  /** The properties' paths, each a pattern in which `*` stands for anything. */
  readonly paths: readonly string[];
  /** @default - every kind of change */
  readonly kinds?: readonly ("changed" | "removed" | "added")[];
  readonly reason: string;
}

export const mayDiffer: readonly Freedom[] = [
  {
    type: "*",
    paths: ["options.protect"],
    reason: "Whatever holds no tasks can be made anew; more protection harms nobody.",
  },
  {
    type: "*",
    paths: ["*labels", "*annotations", "*description", "displayName"],
    reason: "Words for people.",
  },
  {
    type: "*",
    paths: ["location", "region"],
    kinds: ["removed"],
    reason: "The provider's region stands in, which is the stack's `gcp:region`.",
  },
  {
    type: "*",
    paths: [
      ...["role", "member", "service", "replication", "replication.auto", "accountId"],
      ...["secret", "secretData", "format", "repositoryId", "schedule", "byteLength", "name"],
      ...[
        "template.containers.*.image",
        "httpTarget",
        "httpTarget.uri",
        "template.containers.*.name",
      ],
    ],
    kinds: ["removed"],
    reason: "Pulumi or Google refuses a resource without it.",
  },
  {
    type: "Service",
    paths: ["service"],
    reason: "An API that is not enabled fails the deployment; one more does nothing by itself.",
  },
  {
    type: "ServiceIdentity",
    paths: ["service"],
    reason: "The agent of another API gets no grant.",
  },
  {
    type: "RandomId",
    paths: ["byteLength", "keepers*", "prefix"],
    reason: "A queue's name. Another one makes another queue, which `npm run diff` says.",
  },
  {
    type: "RandomUuid7",
    paths: ["keepers*"],
    reason: "Since when something is watched.",
  },
  {
    type: "Metric",
    paths: ["*"],
    reason: "What is counted in logs, for alerts and the dashboard.",
  },
  {
    type: "ProjectExclusion",
    paths: ["name", "disabled"],
    reason: "What an exclusion is called; one that is switched off leaves out nothing.",
  },
  {
    type: "AlertPolicy",
    paths: ["*"],
    reason: "What people are told, and when: it changes nothing of what runs.",
  },
  {
    type: "NotificationChannel",
    paths: ["*"],
    reason: "Who is told.",
  },
  {
    type: "Dashboard",
    paths: ["*"],
    reason: "What is drawn.",
  },
  {
    type: "Account",
    paths: ["accountId", "createIgnoreAlreadyExists"],
    reason: "What an account is called, and whether one that is there is taken over.",
  },
  {
    type: "Image",
    paths: ["*"],
    reason:
      "How the image is built, on the machine that deploys. What runs is judged at the service, by its digest.",
  },
  {
    type: "Repository",
    paths: ["*"],
    reason:
      "Where images are kept: how many, under which name and key. That some are kept and others deleted is judged.",
  },
  {
    type: "Secret",
    paths: ["versionDestroyTtl", "versionAliases", "topics", "rotation"],
    reason: "How a team rotates its secrets; the worker reads one version.",
  },
  {
    type: "SecretVersion",
    paths: ["*"],
    reason: "The value is the team's, and no rule reads it; the service fails to start without it.",
  },
  {
    type: "Queue",
    paths: ["rateLimits.*"],
    reason: "A team's choice within Cloud Tasks' limits, and within what the worker takes.",
  },
  {
    type: "Queue",
    paths: ["retryConfig.maxDoublings"],
    reason: "A team's choice; the back-offs have bounds.",
  },
  {
    type: "Queue",
    paths: ["stackdriverLoggingConfig.samplingRatio"],
    reason: "Any share from the least one.",
  },
  {
    type: "Service",
    paths: ["deletionProtection"],
    reason: "Where the stack's configuration asks for no protection.",
  },
  {
    type: "Queue",
    paths: ["desiredState"],
    kinds: ["added"],
    reason: "What it is without: `RUNNING`, and `PAUSED` of dead letters.",
  },
  {
    type: "Service",
    paths: ["template.scaling.*", "template.maxInstanceRequestConcurrency"],
    reason: "A team's choice, as long as the worker takes what its queues send at once.",
  },
  {
    type: "Service",
    paths: [
      ...["resources.limits.*", "resources.cpuIdle", "resources.startupCpuBoost"],
      ...["*Probe.failureThreshold", "*Probe.periodSeconds", "*Probe.timeoutSeconds"],
      ...["startupProbe.initialDelaySeconds"],
    ].map((path) => `template.containers.*.${path}`),
    reason:
      "How much an instance has, and how patient its probes are. Cloud Run refuses what is no amount; `npm run policy` " +
      "refuses it before, as a wrong setting.",
  },
  {
    type: "Service",
    paths: ["template.containers.*.image"],
    kinds: ["changed"],
    reason: "Another image of the project's own registry, by digest.",
  },
  {
    type: "Service",
    paths: ["template.containers.*.envs.*"],
    reason:
      "The team's settings. The worker's own variables are judged; a worker that lacks a setting does not start.",
  },
  {
    type: "Service",
    paths: [
      ...["launchStage", "customAudiences", "traffics", "scaling", "binaryAuthorization"],
      ...["revision", "executionEnvironment", "sessionAffinity", "encryptionKey", "vpcAccess"].map(
        (key) => `template.${key}`,
      ),
      ...["template.healthCheckDisabled", "template.volumes", "template.containers.*"],
    ],
    kinds: ["added"],
    reason:
      "What a team may want of Cloud Run: a network, a key, a volume, a container beside the worker's, an older revision.",
  },
  {
    type: "Job",
    paths: [
      "schedule",
      "paused",
      "name",
      "retryConfig.*",
      "httpTarget.*",
      "pubsubTarget",
      "appEngineHttpTarget",
    ],
    reason:
      "When a schedule fires and what it asks: a team's choice. That it calls by HTTPS, with a token and again is judged.",
  },
];

/** Why a change may be, if it may. */
export function freedomFor(
  type: string,
  path: string,
  kind: "changed" | "removed" | "added",
): Freedom | undefined {
  const short = type.slice(type.lastIndexOf(":") + 1);
  return mayDiffer.find(
    (one) =>
      (one.type === "*" || one.type === short) &&
      (one.kinds?.includes(kind) ?? true) &&
      one.paths.some((pattern) => matches(pattern, path)),
  );
}

function matches(pattern: string, path: string): boolean {
  const [first = "", ...rest] = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
  return new RegExp(`^${[first, ...rest].join(".*")}$`).test(path);
}
