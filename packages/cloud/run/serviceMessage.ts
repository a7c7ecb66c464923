import type { MessageType } from "../api/protoJson.ts";

/* The Service message of the Cloud Run Admin API. https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services */

const LABELS = { map: "string" } as const;

const SCALING: MessageType = {
  minInstanceCount: "int32",
  maxInstanceCount: "int32",
  scalingMode: { enum: ["SCALING_MODE_UNSPECIFIED", "AUTOMATIC", "MANUAL"] },
  manualInstanceCount: "int32",
};

const PROBE: MessageType = {
  initialDelaySeconds: "int32",
  timeoutSeconds: "int32",
  periodSeconds: "int32",
  failureThreshold: "int32",
  httpGet: {
    message: {
      path: "string",
      port: "int32",
      httpHeaders: { repeated: { message: { name: "string", value: "string" } } },
    },
  },
  tcpSocket: { message: { port: "int32" } },
  grpc: { message: { port: "int32", service: "string" } },
};

const ENV: MessageType = {
  name: "string",
  value: "string",
  valueSource: {
    message: { secretKeyRef: { message: { secret: "string", version: "string" } } },
  },
};

const CONTAINER: MessageType = {
  name: "string",
  image: "string",
  sourceCode: "struct",
  command: { repeated: "string" },
  args: { repeated: "string" },
  env: { repeated: { message: ENV } },
  resources: {
    message: { limits: { map: "string" }, cpuIdle: "bool", startupCpuBoost: "bool" },
  },
  ports: { repeated: { message: { name: "string", containerPort: "int32" } } },
  volumeMounts: {
    repeated: { message: { name: "string", mountPath: "string", subPath: "string" } },
  },
  workingDir: "string",
  livenessProbe: { message: PROBE },
  startupProbe: { message: PROBE },
  readinessProbe: { message: PROBE },
  dependsOn: { repeated: "string" },
  baseImageUri: "string",
  buildInfo: { message: { functionTarget: "string", sourceLocation: "string" } },
};

const TEMPLATE: MessageType = {
  revision: "string",
  labels: LABELS,
  annotations: LABELS,
  scaling: { message: SCALING },
  vpcAccess: {
    message: {
      connector: "string",
      egress: { enum: ["VPC_EGRESS_UNSPECIFIED", "ALL_TRAFFIC", "PRIVATE_RANGES_ONLY"] },
      networkInterfaces: {
        repeated: {
          message: { network: "string", subnetwork: "string", tags: { repeated: "string" } },
        },
      },
    },
  },
  timeout: "duration",
  serviceAccount: "string",
  containers: { repeated: { message: CONTAINER } },
  volumes: { repeated: "struct" },
  executionEnvironment: {
    enum: [
      "EXECUTION_ENVIRONMENT_UNSPECIFIED",
      "EXECUTION_ENVIRONMENT_GEN1",
      "EXECUTION_ENVIRONMENT_GEN2",
    ],
  },
  encryptionKey: "string",
  encryptionKeyRevocationAction: "string",
  encryptionKeyShutdownDuration: "duration",
  maxInstanceRequestConcurrency: "int32",
  serviceMesh: { message: { mesh: "string" } },
  sessionAffinity: "bool",
  healthCheckDisabled: "bool",
  nodeSelector: { message: { accelerator: "string" } },
  gpuZonalRedundancyDisabled: "bool",
  client: "string",
  clientVersion: "string",
};

const TRAFFIC: MessageType = {
  type: {
    enum: [
      "TRAFFIC_TARGET_ALLOCATION_TYPE_UNSPECIFIED",
      "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST",
      "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
    ],
  },
  revision: "string",
  percent: "int32",
  tag: "string",
};

/** What may be set of a service. */
const SETTINGS: MessageType = {
  description: "string",
  labels: LABELS,
  annotations: LABELS,
  client: "string",
  clientVersion: "string",
  ingress: {
    enum: [
      "INGRESS_TRAFFIC_UNSPECIFIED",
      "INGRESS_TRAFFIC_ALL",
      "INGRESS_TRAFFIC_INTERNAL_ONLY",
      "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      "INGRESS_TRAFFIC_NONE",
    ],
  },
  launchStage: {
    enum: [
      "LAUNCH_STAGE_UNSPECIFIED",
      "EARLY_ACCESS",
      "ALPHA",
      "BETA",
      "GA",
      "DEPRECATED",
      "UNIMPLEMENTED",
      "PRELAUNCH",
    ],
  },
  binaryAuthorization: {
    message: { useDefault: "bool", policy: "string", breakglassJustification: "string" },
  },
  template: { message: TEMPLATE },
  traffic: { repeated: { message: TRAFFIC } },
  scaling: { message: SCALING },
  invokerIamDisabled: "bool",
  defaultUriDisabled: "bool",
  iapEnabled: "bool",
  multiRegionSettings: "struct",
  customAudiences: { repeated: "string" },
  buildConfig: "struct",
};

/** What Google fills in. It may be sent back, and is then ignored. */
const OUTPUTS: MessageType = {
  name: "string",
  uid: "string",
  generation: "int64",
  createTime: "timestamp",
  updateTime: "timestamp",
  deleteTime: "timestamp",
  expireTime: "timestamp",
  creator: "string",
  lastModifier: "string",
  urls: { repeated: "string" },
  observedGeneration: "int64",
  terminalCondition: "struct",
  conditions: { repeated: "struct" },
  latestReadyRevision: "string",
  latestCreatedRevision: "string",
  trafficStatuses: { repeated: "struct" },
  uri: "string",
  satisfiesPzs: "bool",
  threatDetectionEnabled: "bool",
  reconciling: "bool",
  etag: "string",
};

export const SERVICE_MESSAGE: MessageType = { ...SETTINGS, ...OUTPUTS };

/** The names of the fields that Google fills in. */
export const OUTPUT_FIELDS: readonly string[] = Object.keys(OUTPUTS);
