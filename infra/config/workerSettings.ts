import { mebibytesOf } from "@background-tasks/google/resourceQuantities.ts";
import { z } from "zod";
import type { WorkerSettings } from "../../tasks/contract/contract.ts";
import { checkSubnetwork, cloudSqlInstances, network } from "./network.ts";
import type { Overridden } from "./overrides.ts";
import { inStackFile } from "./places.ts";
import { describeIssues, IN_WORDS } from "./problems.ts";
import * as rules from "./rules.ts";

/** A worker's settings: its own, and for what it does not set those that the stack gives to each. */
export type WorkerConfig = Required<Omit<WorkerSettings, OwnOnly>> & Pick<WorkerSettings, OwnOnly>;

/** What no stack gives to each worker. */
type OwnOnly = "network" | "cloudSqlInstances";

const CLOUD_RUN = "Cloud Run allows";
const MEMORY_RULE = `${CLOUD_RUN} from '128Mi' to '32Gi'`;

/** What Cloud Run and this project allow for each setting of a worker. */
export const workerRules = {
  cpu: rules.text(
    `${CLOUD_RUN} '1', '2', '4', '6', '8', or less than one CPU from '80m'`,
    /^(?:[12468]|[12468]000m|0\.(?:0[89]|[1-9])\d*|(?:8\d|9\d|[1-9]\d\d)m)$/,
  ),
  memory: rules.text(MEMORY_RULE, /^\d{1,5}(?:Mi|Gi)$/).refine(isMemory, { error: MEMORY_RULE }),
  concurrency: rules.wholeNumber(CLOUD_RUN, { min: 1, max: 1000 }),
  minInstances: rules.wholeNumber("it must be", { min: 0, max: 1000 }),
  maxInstances: rules.wholeNumber("it must be", { min: 1, max: 1000 }),
  timeout: rules.duration(CLOUD_RUN, { min: 1, max: 3600 }),
};

/** What a stack gives to each worker that has no setting of its own, by the worker's settings. */
const OF_EACH = {
  cpu: "workerCpu",
  memory: "workerMemory",
  concurrency: "workerConcurrency",
  minInstances: "workerMinInstances",
  maxInstances: "workerMaxInstances",
  timeout: "workerTimeout",
} as const satisfies Record<keyof typeof workerRules, string>;

/** A setting that Cloud Run is told. */
export type WorkerSetting = keyof typeof OF_EACH;

export function isWorkerSetting(name: string): name is WorkerSetting {
  return Object.hasOwn(OF_EACH, name);
}

const ofEach = z.object(workerRules);
const ofOne = rules.group({
  ...ofEach.partial().shape,
  network: network.optional(),
  cloudSqlInstances: cloudSqlInstances.optional(),
  retired: rules.boolean().optional(),
});

/** Workers as they are deployed, and where their settings stand. */
export interface Workers {
  /** By their names. Where something is wrong with one, there are none. */
  readonly configs: Readonly<Record<string, WorkerConfig>> | undefined;
  /** The place of a worker's setting: `Pulumi.dev.yaml: 'workerCpu'`. */
  readonly placeOf: (worker: string, setting: WorkerSetting) => string;
}

/**
 * The workers' settings, of a stack whose configuration is `given`. What is wrong with those of one is added to
 * `problems`; of what is given to each, that is told elsewhere.
 */
export function parseWorkers(
  stack: string,
  { entries, placeOf }: Overridden,
  given: Readonly<Record<string, string>>,
  problems: string[],
): Workers {
  const shared = ofEach.safeParse(
    Object.fromEntries(Object.entries(OF_EACH).map(([name, key]) => [name, given[key]])),
  ).data;
  const configs: Record<string, WorkerConfig> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const { data, error } = ofOne.safeParse(entry, IN_WORDS);
    if (error) problems.push(...describeIssues(placeOf(name), entry, error.issues));
    else if (shared) configs[name] = Object.assign({ retired: false }, shared, data);
    const sendsInto = ofOne.shape.network.safeParse(settingOf(entry, "network")).data;
    const { "gcp:project": project, "gcp:region": region } = given;
    if (sendsInto && project !== undefined && region !== undefined) {
      problems.push(...checkSubnetwork(placeOf(name), { project, region }, sendsInto));
    }
  }
  const isWhole = Object.keys(configs).length === Object.keys(entries).length;
  return {
    configs: isWhole ? configs : undefined,
    placeOf: (worker, setting) =>
      settingOf(entries[worker], setting) !== undefined
        ? placeOf(worker)([setting])
        : inStackFile(stack)([OF_EACH[setting]]),
  };
}

function settingOf(entry: unknown, setting: string): unknown {
  return typeof entry === "object" && entry !== null ? Reflect.get(entry, setting) : undefined;
}

function isMemory(quantity: string): boolean {
  const mebibytes = mebibytesOf(quantity) ?? 0;
  return mebibytes >= 128 && mebibytes <= 32 * 1024;
}
