import { canonicalMember } from "@background-tasks/google/iamMember.ts";
import { z } from "zod";
import { alerts, canary } from "./alertSettings.ts";
import { kmsKeys } from "./kmsKeys.ts";
import { labels } from "./labels.ts";
import * as rules from "./rules.ts";
import { workerRules } from "./workerSettings.ts";

// Nobody but who is named: not allUsers nor allAuthenticatedUsers, which are 'principalSet://goog/public:…' too.
const MEMBER =
  /^(?:(?:serviceAccount|user|group):[^\s:@]+@[^\s:@]+|(?:principal|principalSet):\/\/(?!goog\/public:)\S+)$/;
const MEMBER_RULE =
  "it must be an IAM member, such as 'serviceAccount:web@my-project.iam.gserviceaccount.com'";

const PREFIX_RULE =
  "it must be lower-case letters, digits and single '-', the first a letter and the last a '-', such as 'acme-'";

const members = z
  .array(rules.text(MEMBER_RULE, MEMBER), { error: "it must be a list of IAM members" })
  .refine((members) => new Set(members.map(canonicalMember)).size === members.length, {
    error: "each member may be named once",
  });

const HOST_RULE = "it must be a host's name, such as '127.0.0.1:5000', without 'https://' and path";

/**
 * Every key of the stack's configuration that is this program's, and the rule of each. Pulumi.yaml
 * describes them and holds their defaults.
 */
export const flatSettings = rules.group({
  "gcp:project": rules.text(
    "it must be the id of the Google Cloud project to deploy to",
    /^[A-Za-z0-9:.-]+$/,
  ),
  "gcp:region": rules.text("it must be a region, such as 'europe-west1'", /^[a-z]+-[a-z]+\d+$/),
  protect: rules.boolean(),
  outageWindow: rules.duration("it must be", { min: 0, max: 31 * 24 * 3600 }),
  loggingSamplingRatio: rules.number("Cloud Tasks allows", { min: 0, max: 1 }),
  requestLogs: z.enum(["all", "failures"], { error: "it is 'all' or 'failures'" }),
  enqueuers: members,
  cancellers: members,
  operators: members,
  viewers: members,
  namePrefix: rules.text(PREFIX_RULE, /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-$/).optional(),
  labels: labels.optional(),
  kmsKeys: kmsKeys.optional(),
  alerts: alerts.optional(),
  canary: canary.optional(),
  workerImage: rules
    .text(
      "it must be an image by digest, such as 'host/project/repository/worker@sha256:…'",
      /^[^@\s]+@sha256:[0-9a-f]{64}$/,
    )
    .optional(),
  registryHost: rules.text(HOST_RULE, /^[A-Za-z0-9.-]+(?::\d+)?$/).optional(),
  baseImage: rules.text("it must be the name of an image with Node", /^\S+$/),
  workerCpu: workerRules.cpu,
  workerMemory: workerRules.memory,
  workerConcurrency: workerRules.concurrency,
  workerMinInstances: workerRules.minInstances,
  workerMaxInstances: workerRules.maxInstances,
  workerTimeout: workerRules.timeout,
  // These have rules of their own: settings.ts, workerSettings.ts, queueSettings.ts, scheduleSettings.ts.
  settings: z.unknown().optional(),
  workers: z.unknown().optional(),
  queues: z.unknown().optional(),
  schedules: z.unknown().optional(),
});

export type FlatSettings = z.output<typeof flatSettings>;

/** Those of them that hold a list or an object. */
export const STRUCTURED = [
  "enqueuers",
  "cancellers",
  "operators",
  "viewers",
  "labels",
  "kmsKeys",
  "alerts",
] as const;

/** Lists and objects travel as JSON. What is not JSON is left for the rules to refuse. */
export function parseJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
