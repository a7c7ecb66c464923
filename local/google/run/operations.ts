import { randomUUID } from "node:crypto";
import { GoogleError } from "../googleError.ts";
import type { Method } from "../method.ts";

/** A long-running operation that has ended. */
export interface Operation {
  readonly name: string;
  readonly metadata: object;
  readonly done: true;
  readonly response?: object;
  readonly error?: { readonly code: number; readonly message: string };
}

/** The operations of Cloud Run. They are answered when they have ended, so nobody needs to poll. */
export class Operations {
  readonly #operations = new Map<string, Operation>();

  /** Records what an operation at `location` came to: the service as it is now, and what went wrong. */
  record(location: string, service: object, failure?: GoogleError): Operation {
    const typed = { "@type": "type.googleapis.com/google.cloud.run.v2.Service", ...service };
    const operation: Operation = {
      name: `${location}/operations/${randomUUID()}`,
      metadata: typed,
      done: true,
      ...(failure
        ? { error: { code: failure.rpcCode, message: failure.message } }
        : { response: typed }),
    };
    this.#operations.set(operation.name, operation);
    return operation;
  }

  /** `GetOperation`. */
  readonly method: Method = {
    name: "GetOperation",
    service: "google.longrunning.Operations",
    http: "GET /v2/projects/{project}/locations/{location}/operations/{operation}",
    handle: ({ params }) => {
      const { project = "", location = "", operation = "" } = params;
      const found = this.#operations.get(
        `projects/${project}/locations/${location}/operations/${operation}`,
      );
      if (found) return found;
      throw new GoogleError("NOT_FOUND", "Requested entity was not found.");
    },
  };
}
