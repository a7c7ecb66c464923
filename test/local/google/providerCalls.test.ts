import { createArtifactRegistry } from "../../../local/google/artifactRegistry.ts";
import { Events } from "../../../local/google/events.ts";
import { createIam } from "../../../local/google/iam/iam.ts";
import { createLoggingMetrics } from "../../../local/google/loggingMetrics.ts";
import { createMonitoring } from "../../../local/google/monitoring.ts";
import { createResourceManager } from "../../../local/google/resourceManager.ts";
import { createSecretManager } from "../../../local/google/secretManager.ts";
import { createServiceUsage } from "../../../local/google/serviceUsage.ts";
import { createStorageBuckets } from "../../../local/google/storageBuckets.ts";
import { localApi, serviceOptions } from "../../support/localApi.ts";
import { recordedCalls, Replay } from "../../support/replay.ts";

/** The recording's names of the services whose methods are below. */
const SERVICES = ["ar", "crm", "iam", "log", "mon", "sm", "storage", "su"];

function allMethods() {
  const options = serviceOptions();
  const iam = createIam({ ...options, events: new Events() });
  const secrets = createSecretManager(options);
  return [
    ...iam.methods,
    ...iam.policyMethods({
      service: "google.cloud.secretmanager.v1.SecretManagerService",
      path: "/v1/projects/{project}/secrets/{secret}",
      getVerb: "GET",
      permissions: "secretmanager.secrets",
      resource: ({ project = "", secret = "" }) => `projects/${project}/secrets/${secret}`,
      exists: secrets.exists,
    }),
    ...secrets.methods,
    ...createArtifactRegistry(options).methods,
    ...createLoggingMetrics(options).methods,
    ...createMonitoring(options).methods,
    ...createResourceManager(options).methods,
    ...createServiceUsage({ ...options, createServiceAgent: iam.createServiceAgent }).methods,
    ...createStorageBuckets(options).methods,
  ];
}

describe("the calls of the real provider", () => {
  const { call } = localApi(allMethods());
  const replay = new Replay();

  it.each(recordedCalls(SERVICES))(
    "call $n, $method $path, is answered as it was",
    async (recorded) => {
      const { path, body } = replay.request(recorded);

      const answer = await call(`${recorded.method} ${path}`, body ?? undefined);

      const isClassOf = (status: number): number => Math.floor(status / 100);
      expect([isClassOf(answer.status), answer.body]).toEqual([
        isClassOf(recorded.status),
        answer.body,
      ]);
      expect(answer.body).toMatchObject(replay.expected(recorded, answer.body) as object);
    },
  );
});
