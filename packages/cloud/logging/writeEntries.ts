import type { Decoded } from "../api/decoded.ts";
import { GoogleError } from "../api/googleError.ts";
import { timestampToMs } from "../api/protoTime.ts";
import { nameOf, type ServiceOptions } from "../data/storedResources.ts";
import type { LogBook } from "./logBook.ts";
import { logEntryMessage, logIdOf } from "./logEntry.ts";

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/write */
export const writeMessage = {
  logName: "string",
  resource: logEntryMessage.resource,
  labels: { map: "string" },
  entries: { repeated: { message: logEntryMessage } },
  partialSuccess: "bool",
  dryRun: "bool",
} as const;

const DAY_MS = 86_400_000;
const MAX_ENTRY_BYTES = 256 * 1024;

/** Writes the entries of a request, all or none. What only the request says is said of each of them. */
export function writeEntries(
  { logName, resource, labels, entries = [], dryRun = false }: Decoded<typeof writeMessage>,
  book: LogBook,
  options: ServiceOptions,
): void {
  const now = options.clock.now();
  const records = entries.flatMap((given) => {
    const { logName: own, ...fields } = given;
    const log = logOf(own ?? logName, options);
    const type = fields.resource?.type ?? resource?.type ?? "";
    if (type === "") {
      throw new GoogleError("INVALID_ARGUMENT", "A monitored resource must be specified");
    }
    const bytes = Buffer.byteLength(JSON.stringify(given));
    if (bytes > MAX_ENTRY_BYTES) {
      throw new GoogleError(
        "INVALID_ARGUMENT",
        `Log entry with size ${(bytes / 1024).toFixed(1)}K exceeds maximum size of 256.0K`,
      );
    }
    const time = fields.timestamp === undefined ? now : timestampToMs(fields.timestamp);
    if (time > now + DAY_MS) {
      throw new GoogleError(
        "INVALID_ARGUMENT",
        `The timestamp '${fields.timestamp ?? ""}' is more than a day ahead.`,
      );
    }
    // Beyond the retention of the bucket, an entry is taken and thrown away.
    if (time < now - RETENTION_DAYS * DAY_MS) return [];
    const whole = {
      ...fields,
      resource: { type, labels: (fields.resource ?? resource)?.labels ?? {} },
      labels: { ...labels, ...fields.labels },
    };
    return [{ log, bytes, fields: () => whole }];
  });
  if (!dryRun) for (const record of records) book.write(record);
}

const RETENTION_DAYS = 30;

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry: `logName` */
const LOG_NAME = /^projects\/(?<project>[^/]+)\/logs\/[^/]+$/;
const LOG_ID = /^[A-Za-z0-9/_.-]{1,511}$/;

function logOf(name: string | undefined, options: ServiceOptions): string {
  const project = LOG_NAME.exec(name ?? "")?.groups?.["project"];
  const id = logIdOf(name ?? "");
  if (project === undefined || !LOG_ID.test(id)) {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      `Log name '${name ?? ""}' is not valid; it must be projects/[PROJECT_ID]/logs/[LOG_ID], the id URL-encoded.`,
    );
  }
  nameOf({ params: { project } }, "/v2/projects/{project}", options);
  return id;
}
