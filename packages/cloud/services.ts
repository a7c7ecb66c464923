import type { Activity } from "./time/activity.ts";
import { createArtifactRegistry } from "./artifactregistry/artifactRegistry.ts";
import type { Authority } from "./api/authority.ts";
import { systemClock, type Clock } from "./time/clock.ts";
import { createCloudTasks, type CloudTasksSettings } from "./cloudtasks/cloudTasks.ts";
import type { Events } from "./api/events.ts";
import type { Faults } from "./faults/faults.ts";
import { faultySend } from "./faults/faultySend.ts";
import { createIam } from "./iam/iam.ts";
import type { IdTokens } from "./iam/idTokens.ts";
import { withHosts, type HostHandler } from "./network/inProcessHosts.ts";
import { createNetwork } from "./network/localNetwork.ts";
import type { LogRecord } from "./api/logs.ts";
import { createLogging } from "./logging/logging.ts";
import { startMetadataServer, type MetadataServer } from "./run/metadataServer.ts";
import type { Method } from "./api/method.ts";
import { createMonitoring } from "./monitoring/monitoring.ts";
import { LogMetrics } from "./monitoring/logMetrics.ts";
import { QueueMetrics } from "./monitoring/queueMetrics.ts";
import { RunMetrics } from "./monitoring/runMetrics.ts";
import type { Send } from "./network/network.ts";
import { followRedirects } from "./network/redirects.ts";
import { createResourceManager } from "./resourcemanager/resourceManager.ts";
import type { ImageStore } from "./run/imageStore.ts";
import type { RunSettings } from "./run/invokerCheck.ts";
import type { RevisionState } from "./run/revision.ts";
import { createRun } from "./run/run.ts";
import { createScheduler } from "./scheduler/scheduler.ts";
import { createSecretManager } from "./secretmanager/secretManager.ts";
import { createServiceUsage } from "./serviceusage/serviceUsage.ts";
import type { Store } from "./data/store.ts";
import { createStorageBuckets } from "./storage/storageBuckets.ts";
import { policyKinds } from "./iam/policyKinds.ts";

export interface ServicesOptions {
  readonly project: string;
  readonly projectNumber: string;
  readonly region: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly idTokens: IdTokens;
  readonly activity: Activity;
  readonly faults: Faults;
  /** Google's API, as the services themselves reach it. */
  readonly api: Send;
  /** The address of Google's API. */
  readonly endpoint: () => string;
  readonly allowHosts: readonly string[];
  readonly hosts: Readonly<Record<string, HostHandler>>;
  readonly inspect: boolean;
  readonly settings: CloudTasksSettings & RunSettings;
  /** What keeps all that the services hold. */
  readonly store: Store;
  /** Where the files of images are kept; `undefined` for a temporary directory. */
  readonly imageDirectory: string | undefined;
}

/** Google's services on this machine, and all that they hold. */
export interface Services {
  readonly methods: readonly Method[];
  readonly authority: Authority;
  /** The front door of Cloud Run. */
  readonly frontDoor: Send;
  readonly images: ImageStore;
  /** The alerts that are open, and the policies that cannot be judged here. */
  readonly alerts: () => object;
  /** The revisions of Cloud Run that are not stopped yet, and their instances. */
  readonly revisions: () => Promise<readonly RevisionState[]>;
  /** Whether nothing is under way, and nothing will be but by a schedule or a call. */
  isIdle(): boolean;
  /** Goes on with what was kept from an earlier run. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Google's services, empty. */
export function createServices(options: ServicesOptions): Services {
  const { project, projectNumber, region, clock, events, faults, activity } = options;
  const { idTokens, endpoint, inspect, store, imageDirectory } = options;
  const policyDelayMs = (): number => faults.delayMs("policy");
  const iam = createIam({
    ...{ project, projectNumber, clock, events, store },
    idTokens,
    policyDelayMs,
  });
  const { policies } = iam;
  const authority: Authority = {
    ...iam.authority,
    // A token takes the machine's time to sign, and none of a virtual clock's.
    idToken: (...asked) => activity.during(() => iam.authority.idToken(...asked)),
  };
  const onDelete = (resource: string): void => {
    policies.remove(resource);
  };
  const here = { project, projectNumber, clock, events, authority, store };
  const secrets = createSecretManager({ ...here, onDelete });
  const metadata = new Map<string, Promise<MetadataServer>>();

  const logMetrics = new LogMetrics(
    () => logging.metrics(),
    () => {
      logging.catchUp();
    },
  );
  const logging = createLogging({
    ...here,
    meter: logMetrics,
    batch: clock === systemClock ? TOLD_TOGETHER : undefined,
    metricReadyAfterMs: () => faults.delayMs("metric"),
  });
  const { write: writeLog } = logging;
  const runMetrics = new RunMetrics(
    () =>
      Array.from(run.revisions, ({ serviceName: service, name: revision, instanceCounts }) => ({
        service,
        revision,
        ...instanceCounts,
      })),
    clock.now(),
  );

  const run = createRun({
    ...here,
    // Containers are processes, and live in the machine's time.
    clock: systemClock,
    writeLog:
      clock === systemClock
        ? writeLog
        : (record) => {
            writeLog(withoutTime(record));
          },
    meter: {
      catchUp: () => {
        runMetrics.catchUp(clock.now());
      },
      request: (...answered) => {
        runMetrics.request(...answered, clock.now());
      },
    },
    onDelete,
    inspect,
    settings: options.settings,
    ...(imageDirectory !== undefined && { imageDirectory }),
    secretValue: secrets.secretValue,
    async containerEnvironment({ serviceAccount }) {
      const server =
        metadata.get(serviceAccount) ??
        startMetadataServer({ ...here, account: serviceAccount, region });
      metadata.set(serviceAccount, server);
      return { GCE_METADATA_HOST: (await server).host, TASKS_ENDPOINT: endpoint() };
    },
  });
  const network = withHosts(
    createNetwork({ ...options, frontDoor: run.frontDoor, serves: run.serves }),
    options.hosts,
  );
  const counted: Send = (request) => activity.during(() => network(request));
  const follow = options.settings.followRedirects ?? true;
  const metrics = new QueueMetrics(
    { exists: (queue) => tasks.queueExists(queue), depths: () => tasks.depths() },
    clock.now(),
  );
  const tasks = createCloudTasks({
    ...here,
    metrics,
    writeLog,
    region,
    send: faultySend(follow ? followRedirects(counted) : counted, faults, clock),
    onDelete,
    queueReadyAfterMs: () => faults.delayMs("queue"),
    purgeWindowMs: () => faults.delayMs("purge"),
    settings: { suspendDeadlines: inspect, ...options.settings },
  });
  const scheduler = createScheduler({
    ...here,
    writeLog,
    region,
    send: faultySend(followRedirects(counted), faults, clock),
  });
  const registry = createArtifactRegistry({ ...here, onDelete });
  const monitoring = createMonitoring({
    ...here,
    metrics: [metrics, runMetrics, logMetrics],
    watchEntries: logging.watch,
    catchUp: logging.catchUp,
  });

  return {
    authority,
    frontDoor: run.frontDoor,
    images: run.images,
    alerts: () => monitoring.alerts.list(),
    revisions: () => Promise.all(Array.from(run.revisions, (revision) => revision.state())),
    methods: [
      ...iam.methods,
      ...run.methods,
      ...tasks.methods,
      ...scheduler.methods,
      ...registry.methods,
      ...secrets.methods,
      ...createServiceUsage({ ...here, createServiceAgent: iam.createServiceAgent }).methods,
      ...createResourceManager(here).methods,
      ...monitoring.methods,
      ...logging.methods,
      ...createStorageBuckets(here).methods,
      ...[run.policyKind, ...policyKinds({ ...here, tasks, secrets, registry })].flatMap(
        iam.policyMethods,
      ),
    ],
    isIdle: () => tasks.isIdle() && scheduler.isIdle(),
    async start() {
      await run.start();
      tasks.start();
      scheduler.start();
      monitoring.alerts.start();
    },
    async stop() {
      tasks.stop();
      scheduler.stop();
      monitoring.alerts.stop();
      await run.stop();
      for (const one of metadata.values()) await (await one).close();
      // Of what was written until now, nobody is told after the end.
      logging.catchUp();
    },
  };
}

/** Nobody sees that an entry is told of so much later. A virtual clock's time may be another one then. */
const TOLD_TOGETHER = { entries: 500, ms: 50 };

/** What a container says, in whose time it is said: the machine's times are none of a virtual clock's. */
function withoutTime(record: LogRecord): LogRecord {
  return {
    ...record,
    fields: () => ({ ...record.fields(), timestamp: undefined }),
  };
}
