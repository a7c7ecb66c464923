import { GoogleError } from "./googleError.ts";

/**
 * The refusal of a project that the caller has nothing to do with, as the front end of Google's APIs words it
 * (google-cloud.md 1.8). `service` is the API: `cloudtasks.googleapis.com`.
 */
export function consumerInvalid(project: string, service: string): GoogleError {
  const message = `Permission denied on resource project ${project}.`;
  return new GoogleError("PERMISSION_DENIED", message, [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "CONSUMER_INVALID",
      domain: "googleapis.com",
      metadata: { consumer: `projects/${project}`, containerInfo: project, service },
    },
    {
      "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
      locale: "en-US",
      message,
    },
    {
      "@type": "type.googleapis.com/google.rpc.Help",
      links: [
        {
          description: "Google developers console",
          url: "https://console.developers.google.com",
        },
      ],
    },
  ]);
}

/** The refusal of a name in which the front end finds no project. `method` is the full name of the RPC. */
export function resourceProjectInvalid(service: string, method: string): GoogleError {
  return new GoogleError("INVALID_ARGUMENT", "Invalid resource field value in the request.", [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "RESOURCE_PROJECT_INVALID",
      domain: "googleapis.com",
      metadata: { service, method },
    },
  ]);
}
