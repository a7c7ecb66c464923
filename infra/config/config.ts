import * as pulumi from "@pulumi/pulumi";
import type { Contract } from "../../tasks/contract/contract.ts";
import { alertSettingsOf, checkMaxWaits, type AlertSettings } from "./alertSettings.ts";
import {
  checkCapacity,
  checkDeclared,
  checkSchedules,
  withWorkers,
  type QueueOfWorker,
} from "./checks.ts";
import { flatSettings, parseJson, STRUCTURED, type FlatSettings } from "./flatSettings.ts";
import { checkKmsKeys, kmsKeysOf, type KmsKeys } from "./kmsKeys.ts";
import type { Labels } from "./labels.ts";
import { localEndpoint } from "./localEndpoint.ts";
import { checkRegistry, registryOf, type ImageSettings } from "./imageRegistry.ts";
import { deliveriesOf } from "./maxDeliveries.ts";
import { checkNames, DEFAULT_WORKER } from "./names.ts";
import { override, type Overridden } from "./overrides.ts";
import { inStackFile, LOCAL_STACK, stackFile } from "./places.ts";
import { describeIssues, IN_WORDS } from "./problems.ts";
import { parseQueues } from "./queueSettings.ts";
import { parseSchedules, type ScheduleSettings } from "./scheduleSettings.ts";
import { misplacedSettings, parseSettings, type SettingTexts } from "./settings.ts";
import {
  warnOfClockChanges,
  warnOfDrainingQueues,
  warnOfRetiredQueues,
  warnOfUnseen,
} from "./warnings.ts";
import { parseWorkers, type WorkerConfig } from "./workerSettings.ts";

/** A queue's settings and the deliveries that follow from them. */
export interface QueueConfig extends QueueOfWorker {
  /** Deliveries after which the worker ends a task that never did. */
  readonly maxDeliveries: number;
}

/** The stack's settings, checked. */
export interface StackConfig {
  readonly stack: string;
  /** What comes before every name in the cloud, such as `acme-`. Empty for nothing. */
  readonly namePrefix: string;
  readonly project: string;
  readonly region: string;
  /** What holds tasks can be deleted only after this is switched off. */
  readonly protect: boolean;
  readonly loggingSamplingRatio: number;
  /** Which requests to the workers Cloud Logging keeps of what Cloud Run writes of them. */
  readonly requestLogs: "all" | "failures";
  /** The IAM members that may enqueue, besides the worker and the schedules. */
  readonly enqueuers: readonly string[];
  /** The IAM members that operate the stack, payloads and dead letters included. */
  readonly operators: readonly string[];
  /** The IAM members that see what there is, and no payload. */
  readonly viewers: readonly string[];
  /** The IAM members that may cancel tasks, and reschedule those that they may enqueue. */
  readonly cancellers: readonly string[];
  /** The APIs that this stack uses and others do not, by the first part of their names. */
  readonly apis: readonly string[];
  /** The labels of all that takes labels. */
  readonly labels: Labels;
  /** The keys of one's own that data are encrypted with (CMEK). */
  readonly kmsKeys: KmsKeys;
  readonly alerts: AlertSettings;
  /** When each queue is sent a ping, as a cron expression; `undefined` for never. */
  readonly canary: string | undefined;
  readonly workers: Readonly<Record<string, WorkerConfig>>;
  /** An image built elsewhere, by digest: nothing is then built. */
  readonly workerImage: string | undefined;
  readonly registryHost: string;
  /** The address of the local cloud that the stack is on, if it is on one. */
  readonly localEndpoint: string | undefined;
  readonly baseImage: string;
  /** The texts of the contract's settings, those that the stack gives. */
  readonly settings: {
    readonly plain: SettingTexts;
    readonly secret: Readonly<Record<string, pulumi.Output<string>>>;
  };
  readonly queues: Readonly<Record<string, QueueConfig>>;
  readonly schedules: Readonly<Record<string, ScheduleSettings>>;
}

/**
 * Reads the stack's configuration, lays it over what the contract declares and checks the result. Call it once,
 * before any resource is made: it throws everything that is wrong, together. `now` is when the warnings of
 * clock changes begin.
 */
export function loadConfig(contract: Contract, now: Date): StackConfig {
  const problems: string[] = [];
  const stack = pulumi.getStack();
  const given = readGiven();
  const flat = parseFlat(stack, given, contract.settings, problems);

  const { workers: declared = { [DEFAULT_WORKER]: {} } } = contract;
  const overridden = (key: "workers" | "queues" | "schedules"): Overridden =>
    override(stack, key, { ...contract, workers: declared }[key], parseJson(given[key]), problems);
  const workers = parseWorkers(stack, overridden("workers"), given, problems);
  const ofQueues = overridden("queues");
  const ofSchedules = overridden("schedules");
  const queues = parseQueues(ofQueues, problems);
  const schedules = parseSchedules(ofSchedules, contract.tasks, problems);
  const texts = parseJson(given["settings"] ?? "{}");
  const settings = parseSettings(stack, texts, contract.settings, problems);
  // One that breaks its own rule is a problem already.
  const namePrefix = flatSettings.shape.namePrefix.safeParse(given["namePrefix"]).data ?? "";
  problems.push(
    ...checkDeclared(contract),
    ...checkNames({ stack, namePrefix }, contract),
    ...checkSchedules(schedules, contract.tasks, queues, ofSchedules.placeOf),
  );
  const sent = withWorkers(queues, workers.configs ?? declared, ofQueues.placeOf, problems);
  problems.push(...checkCapacity(workers, sent, ofQueues.placeOf));
  const wholeConfig = pulumi.runtime.allConfig();
  if (flat) problems.push(...checkRegistry(imageOf(flat), stack, wholeConfig));
  const region = given["gcp:region"];
  if (region !== undefined) {
    problems.push(...checkKmsKeys(stack, region, parseJson(given["kmsKeys"])));
  }
  const deployed = withDeliveries(sent, ofQueues.placeOf, given, problems);
  const alerts = alertSettingsOf(flat?.alerts);
  if (flat) problems.push(...checkMaxWaits(queues, alerts));

  if (problems.length > 0 || !flat || !workers.configs) throw configError(stack, problems);
  for (const warning of [
    ...warnOfClockChanges(schedules, now),
    ...warnOfRetiredQueues(contract.tasks, queues),
    ...warnOfDrainingQueues(contract.tasks, deployed),
    // Of what runs on a laptop nobody is called; a stack that is rehearsed there says what it will say.
    ...(stack === LOCAL_STACK ? [] : warnOfUnseen(alerts, flat.canary)),
  ]) {
    void pulumi.log.warn(warning);
  }
  return {
    stack,
    namePrefix,
    project: flat["gcp:project"],
    region: flat["gcp:region"],
    protect: flat.protect,
    loggingSamplingRatio: flat.loggingSamplingRatio,
    requestLogs: flat.requestLogs,
    enqueuers: flat.enqueuers,
    cancellers: flat.cancellers,
    operators: flat.operators,
    viewers: flat.viewers,
    apis: apisOf(workers.configs),
    labels: flat.labels ?? {},
    kmsKeys: kmsKeysOf(flat.kmsKeys),
    alerts,
    canary: flat.canary,
    workers: workers.configs,
    workerImage: flat.workerImage,
    registryHost: registryOf(imageOf(flat)),
    localEndpoint: localEndpoint(wholeConfig),
    baseImage: flat.baseImage,
    settings: divided(settings, contract.settings),
    queues: deployed,
    schedules,
  };
}

/** Who connects to an instance needs its API, and that of the project to be let. */
function apisOf(workers: StackConfig["workers"]): string[] {
  const connect = Object.values(workers).some(
    ({ cloudSqlInstances = [] }) => cloudSqlInstances.length > 0,
  );
  return connect ? ["cloudresourcemanager", "sqladmin"] : [];
}

function imageOf({ "gcp:region": region, registryHost, workerImage }: FlatSettings): ImageSettings {
  return { region, registryHost, workerImage };
}

type Given = Readonly<Record<string, string>>;

/** The program's own keys without their namespace, and the provider's two. An empty value is none. */
function readGiven(): Given {
  const own = `${pulumi.getProject()}:`;
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (value === "") continue;
    if (key.startsWith(own)) given[key.slice(own.length)] = value;
    else if (key === "gcp:project" || key === "gcp:region") given[key] = value;
  }
  return given;
}

function parseFlat(
  stack: string,
  given: Given,
  settings: Contract["settings"],
  problems: string[],
): FlatSettings | undefined {
  const strangers = Object.keys(given).filter((key) => !Object.hasOwn(flatSettings.shape, key));
  const misplaced = misplacedSettings(stack, strangers, settings);
  problems.push(...misplaced.map(({ problem }) => problem));
  const known = Object.entries(given).filter(
    ([name]) => !misplaced.some(({ key }) => key === name),
  );
  const parsed = {
    ...Object.fromEntries(known),
    ...Object.fromEntries(
      STRUCTURED.flatMap((name) => (name in given ? [[name, parseJson(given[name])]] : [])),
    ),
  };
  const result = flatSettings.safeParse(parsed, IN_WORDS);
  if (result.success) return result.data;
  problems.push(...describeIssues(inStackFile(stack), parsed, result.error.issues));
  return undefined;
}

/** The settings that anybody may read, and the others. */
function divided(texts: SettingTexts, declared: Contract["settings"]): StackConfig["settings"] {
  const entries = Object.entries(texts);
  const isSecret = ([name]: readonly [string, string]): boolean =>
    declared[name]?.isSecret === true;
  return {
    plain: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secret: Object.fromEntries(
      entries.filter(isSecret).map(([name, text]) => [name, pulumi.secret(text)]),
    ),
  };
}

function withDeliveries(
  queues: Readonly<Record<string, QueueOfWorker>>,
  placeOf: Overridden["placeOf"],
  given: Given,
  problems: string[],
): Record<string, QueueConfig> {
  const outageWindow = flatSettings.shape.outageWindow.safeParse(given["outageWindow"]).data;
  // Already a problem of its own.
  if (outageWindow === undefined) return {};
  return Object.fromEntries(
    Object.entries(queues).map(([name, queue]) => [
      name,
      {
        ...queue,
        maxDeliveries: deliveriesOf(
          placeOf(name)(["retryConfig"]),
          queue.retryConfig,
          outageWindow,
          problems,
        ),
      },
    ]),
  );
}

function configError(stack: string, problems: readonly string[]): pulumi.RunError {
  // What a stack sets for all queues may be wrong in each.
  const lines = [...new Set(problems)];
  const file = stackFile(stack);
  const count = lines.length === 1 ? "a problem" : `${lines.length} problems`;
  const isSetByCommand = stack !== LOCAL_STACK && lines.some((line) => line.includes(file));
  const advice = isSetByCommand
    ? `. ${file} is changed by 'pulumi config set --stack ${stack} --path <setting> <value>', too.`
    : ":";
  return new pulumi.RunError(
    [
      `The configuration of stack '${stack}' has ${count}${advice}`,
      ...lines.map((line) => `  - ${line}`),
    ].join("\n"),
  );
}
