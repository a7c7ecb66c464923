import { controlRoutes } from "./controlRoutes.ts";
import { createApi } from "./google/api.ts";
import { startApiServer } from "./google/apiServer.ts";
import { createArtifactRegistry } from "./google/artifactRegistry.ts";
import type { Clock } from "./google/clock.ts";
import { createCloudTasks } from "./google/cloudtasks/cloudTasks.ts";
import { Events } from "./google/events.ts";
import { ACCESS_TOKEN_GOOD_FOR_MS } from "./google/iam/accessTokens.ts";
import { startGrpcServer } from "./google/grpc/grpcServer.ts";
import { createIam } from "./google/iam/iam.ts";
import { createNetwork } from "./google/localNetwork.ts";
import { createLoggingMetrics } from "./google/loggingMetrics.ts";
import { startMetadataServer, type MetadataServer } from "./google/metadataServer.ts";
import { createMonitoring } from "./google/monitoring.ts";
import type { Send } from "./google/network.ts";
import { createResourceManager } from "./google/resourceManager.ts";
import { createRun } from "./google/run/run.ts";
import { createScheduler } from "./google/scheduler/scheduler.ts";
import { createSecretManager } from "./google/secretManager.ts";
import { createServiceUsage } from "./google/serviceUsage.ts";
import { createStorageBuckets } from "./google/storageBuckets.ts";
import { policyKinds } from "./policyKinds.ts";

export interface CloudOptions {
  readonly project: string;
  readonly region: string;
  readonly clock: Clock;
  /** 0 means any free port. */
  readonly port: number;
  readonly insidePort: number;
  /** @default 0 */
  readonly grpcPort?: number;
  readonly allowHosts: readonly string[];
  /** Runs containers under the debugger. */
  readonly inspect: boolean;
  /** The outputs of the stack that is deployed; `undefined` until there is one. */
  readonly outputs: () => object | undefined;
}

/** Google Cloud on this machine. */
export interface Cloud {
  readonly events: Events;
  /** The address of Google's API: `http://127.0.0.1:8123`. */
  readonly endpoint: string;
  readonly insidePort: number;
  /** Cloud Tasks over gRPC, without TLS. */
  readonly grpcPort: number;
  stop(): Promise<void>;
}

/** The number of the only project. */
const PROJECT_NUMBER = "123456789012";

/** Starts the local Google Cloud. Throws `PortTakenError`. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { project, region, clock } = options;
  const projectNumber = PROJECT_NUMBER;
  const events = new Events();
  const iam = createIam({ project, projectNumber, clock, events });
  const { authority, policies } = iam;
  const onDelete = (resource: string): void => {
    policies.remove(resource);
  };
  const here = { project, projectNumber, clock, events, authority };
  const secrets = createSecretManager({ ...here, onDelete });
  const metadata = new Map<string, Promise<MetadataServer>>();

  const run = createRun({
    ...here,
    policies,
    inspect: options.inspect,
    secretValue: secrets.secretValue,
    async containerEnvironment({ serviceAccount }) {
      const server =
        metadata.get(serviceAccount) ??
        startMetadataServer({ ...here, account: serviceAccount, region });
      metadata.set(serviceAccount, server);
      return { GCE_METADATA_HOST: (await server).host, TASKS_ENDPOINT: endpoint };
    },
  });
  // The network reaches the API, and the API's services send over the network.
  const send: Send = (request) => network(request);
  const tasks = createCloudTasks({
    ...here,
    region,
    send,
    onDelete,
    settings: { suspendDeadlines: options.inspect },
  });
  const scheduler = createScheduler({ ...here, send });
  const registry = createArtifactRegistry({ ...here, onDelete });
  const buckets = createStorageBuckets(here);

  const methods = [
    ...iam.methods,
    ...run.methods,
    ...tasks.methods,
    ...scheduler.methods,
    ...registry.methods,
    ...secrets.methods,
    ...createServiceUsage({ ...here, createServiceAgent: iam.createServiceAgent }).methods,
    ...createResourceManager(here).methods,
    ...createMonitoring(here).methods,
    ...createLoggingMetrics(here).methods,
    ...buckets.methods,
    ...policyKinds({ project, tasks, secrets, registry }).flatMap(iam.policyMethods),
  ];
  const api = createApi({
    authority,
    events,
    methods,
    issuer: "https://accounts.google.com",
    jwks: iam.jwks,
    ownerToken: () => ({
      // Any token that the cloud did not mint is the owner's.
      access_token: "local-owner",
      expires_in: ACCESS_TOKEN_GOOD_FOR_MS / 1000,
      token_type: "Bearer",
    }),
    controlRoutes: controlRoutes(run.images, options.outputs),
  });
  const network = createNetwork({
    frontDoor: run.frontDoor,
    serves: run.serves,
    api: (request) => api.handle(request),
    allowHosts: options.allowHosts,
  });
  const server = await startApiServer({
    project,
    api,
    frontDoor: run.frontDoor,
    events,
    port: options.port,
    insidePort: options.insidePort,
  });
  const { grpcPort: port = 0 } = options;
  const grpc = await startGrpcServer({ methods, authority, events, port }).catch(
    async (error: unknown) => {
      await server.close();
      throw error;
    },
  );
  const endpoint = `http://127.0.0.1:${server.port}`;

  return {
    events,
    endpoint,
    insidePort: server.insidePort,
    grpcPort: grpc.port,
    async stop() {
      tasks.stop();
      scheduler.stop();
      await run.stop();
      await server.close();
      await grpc.close();
      for (const one of metadata.values()) await (await one).close();
    },
  };
}
