import type { LogFields } from "../../api/logs.ts";
import { createLogging, type LoggingOptions } from "../../logging/logging.ts";
import { localApi, NOW, serviceOptions, type Parsed } from "../support/localApi.ts";

export const LIST = "POST /v2/entries:list";
export const WRITE = "POST /v2/entries:write";

/** The resource of every entry that says nothing of its own. */
export const RESOURCE = { type: "global", labels: { project_id: "demo" } };

/** When every entry comes, in milliseconds since the epoch. */
export const CAME = Date.parse(NOW);

type Fields = Readonly<Record<string, string | number>>;

/** Cloud Logging of project `demo`, on a clock that stands at `NOW`, and what it counted. */
export function startLogging(more: Partial<LoggingOptions> = {}) {
  const options = serviceOptions();
  const counted: unknown[][] = [];
  const meter = { count: (...args: unknown[]) => counted.push(args) };
  const logging = createLogging({ ...options, meter, ...more });
  const api = localApi(logging.methods);
  const list = async (filter: string, fields: Fields = {}): Promise<Parsed> =>
    api.ok(LIST, { resourceNames: ["projects/demo"], filter, ...fields });
  return {
    ...options,
    ...logging,
    ...api,
    counted,
    list,
    /** The texts of the entries that a filter finds, in their order. */
    found: async (filter: string, fields: Fields = {}): Promise<string[]> =>
      ((await list(filter, fields)).entries ?? []).map((entry: Parsed) => entry.textPayload),
    /** Writes an entry as a service does. */
    say: (fields: Partial<LogFields>, log = "test"): void => {
      logging.write({ log, bytes: 10, fields: () => ({ resource: RESOURCE, ...fields }) });
    },
  };
}
