import { GoogleError } from "../api/googleError.ts";

/** The e-mail address of a service's agent in a project. https://cloud.google.com/iam/docs/service-agents */
export function serviceAgentEmail(api: string, projectNumber: string): string {
  const domain = Object.hasOwn(DOMAINS, api) ? DOMAINS[api] : undefined;
  if (domain !== undefined) return `service-${projectNumber}@${domain}.iam.gserviceaccount.com`;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `The service agent of '${api}' is not emulated locally. Known: ${Object.keys(DOMAINS).join(", ")}.`,
  );
}

const DOMAINS: Readonly<Record<string, string>> = {
  "artifactregistry.googleapis.com": "gcp-sa-artifactregistry",
  "cloudscheduler.googleapis.com": "gcp-sa-cloudscheduler",
  "cloudtasks.googleapis.com": "gcp-sa-cloudtasks",
  "pubsub.googleapis.com": "gcp-sa-pubsub",
  "run.googleapis.com": "serverless-robot-prod",
};
