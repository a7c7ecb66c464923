import type { MessageType } from "../api/protoJson.ts";

/*
 * Cloud Monitoring's resources by their top level; what is below it is kept as it comes.
 * https://cloud.google.com/monitoring/api/ref_v3/rest
 */

export const alertPolicyMessage: MessageType = {
  name: "string",
  displayName: "string",
  documentation: "struct",
  userLabels: { map: "string" },
  conditions: { repeated: "struct" },
  combiner: { enum: ["COMBINE_UNSPECIFIED", "AND", "OR", "AND_WITH_MATCHING_RESOURCE"] },
  enabled: "bool",
  validity: "struct",
  notificationChannels: { repeated: "string" },
  creationRecord: "struct",
  mutationRecord: "struct",
  alertStrategy: "struct",
  severity: { enum: ["SEVERITY_UNSPECIFIED", "CRITICAL", "ERROR", "WARNING"] },
};

export const channelMessage: MessageType = {
  name: "string",
  type: "string",
  displayName: "string",
  description: "string",
  labels: { map: "string" },
  userLabels: { map: "string" },
  verificationStatus: { enum: ["VERIFICATION_STATUS_UNSPECIFIED", "UNVERIFIED", "VERIFIED"] },
  enabled: "bool",
  creationRecord: "struct",
  mutationRecords: { repeated: "struct" },
};

export const dashboardMessage: MessageType = {
  name: "string",
  displayName: "string",
  etag: "string",
  gridLayout: "struct",
  mosaicLayout: "struct",
  rowLayout: "struct",
  columnLayout: "struct",
  dashboardFilters: { repeated: "struct" },
  labels: { map: "string" },
  annotations: "struct",
};
