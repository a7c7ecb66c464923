import { randomUUID } from "node:crypto";
import { pageByName } from "../api/pageToken.ts";
import { GoogleError } from "../api/googleError.ts";
import { keepNewest } from "../data/keepNewest.ts";
import type { Call, Method } from "../api/method.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { decodeMessage } from "../api/protoJson.ts";
import { nameOf, type ServiceOptions } from "../data/storedResources.ts";

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
    keepNewest(this.#operations, MAX_OPERATIONS);
    return operation;
  }

  /** The methods on operations. As all of them have ended, there is nothing to wait for. */
  methods(options: ServiceOptions): Method[] {
    const parentOf = (call: Call): string => nameOf(call, LOCATION, options);
    const operationOf = (call: Call): string => nameOf(call, OPERATION, options);
    const get = (call: Call): Operation => {
      const found = this.#operations.get(operationOf(call));
      if (found) return found;
      throw new GoogleError("NOT_FOUND", "Requested entity was not found.");
    };
    const onOperation = (
      name: string,
      http: string,
      verb: string,
      handle: (call: Call) => object,
    ): Method => ({
      name,
      service: SERVICE,
      http,
      permission: [`run.operations.${verb}`, operationOf],
      handle,
    });

    return [
      onOperation("GetOperation", `GET ${OPERATION}`, "get", get),
      onOperation("WaitOperation", `POST ${OPERATION}:wait`, "get", (call) => {
        decodeMessage({ name: "string", timeout: "duration" }, call.body);
        return get(call);
      }),
      onOperation("DeleteOperation", `DELETE ${OPERATION}`, "delete", (call) => {
        this.#operations.delete(get(call).name);
        return {};
      }),
      {
        name: "ListOperations",
        service: SERVICE,
        http: `GET ${LOCATION}/operations`,
        permission: ["run.operations.list", parentOf],
        query: ["pageSize", "pageToken", "filter"],
        handle: (call) => {
          if (call.query.get("filter")) throw new NotEmulatedError("ListOperationsRequest.filter");
          const all = [...this.#operations.values()]
            .filter(({ name }) => name.startsWith(`${parentOf(call)}/operations/`))
            .sort((a, b) => (a.name < b.name ? -1 : 1));
          const now = options.clock.now();
          const { page, next } = pageByName(call, all, now, { maxSize: MAX_PAGE_SIZE });
          return { ...(page.length > 0 && { operations: page }), ...next };
        },
      },
    ];
  }
}

const SERVICE = "google.longrunning.Operations";
const LOCATION = "/v2/projects/{project}/locations/{location}";
const OPERATION = `${LOCATION}/operations/{operation}`;
const MAX_PAGE_SIZE = 1000;

/** Google keeps them for a while, too. */
const MAX_OPERATIONS = 1000;
