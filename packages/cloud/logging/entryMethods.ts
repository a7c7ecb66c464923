import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { decode } from "../api/decoded.ts";
import { pageByName, pageOf, tokenAfter } from "../api/pageToken.ts";
import { timestampToMs } from "../api/protoTime.ts";
import { nameOf, type ServiceOptions } from "../data/storedResources.ts";
import { entryFilter } from "./entryFilter.ts";
import type { LogBook } from "./logBook.ts";
import { logEntryMessage, logNameOf, type LogEntry } from "./logEntry.ts";
import { writeEntries, writeMessage } from "./writeEntries.ts";

const SERVICE = "google.logging.v2.LoggingServiceV2";
const PROJECT = "/v2/projects/{project}";
const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;

/** How long the regular expressions of a filter may take. */
const BUDGET_MS = 1000;

const listMessage = {
  projectIds: { repeated: "string" },
  resourceNames: { repeated: "string" },
  filter: "string",
  orderBy: "string",
  pageSize: "int32",
  pageToken: "string",
} as const;

export interface EntryOptions extends ServiceOptions {
  readonly book: LogBook;
}

/** Reading and writing the entries of logs. */
export function entryMethods(options: EntryOptions): Method[] {
  const { book, clock, project } = options;
  const ownProject = `projects/${project}`;
  return [
    {
      name: "ListLogEntries",
      service: SERVICE,
      http: "POST /v2/entries:list",
      permission: ["logging.logEntries.list", () => ownProject],
      answer: { entries: { repeated: { message: logEntryMessage } } },
      handle: (call) => list(call, options),
    },
    {
      name: "WriteLogEntries",
      service: SERVICE,
      http: "POST /v2/entries:write",
      permission: ["logging.logEntries.create", () => ownProject],
      handle(call) {
        writeEntries(decode(writeMessage, call.body), book, options);
        return {};
      },
    },
    {
      name: "ListLogs",
      service: SERVICE,
      http: `GET ${PROJECT}/logs`,
      permission: ["logging.logs.list", (call) => nameOf(call, PROJECT, options)],
      query: ["pageSize", "pageToken", "resourceNames"],
      handle(call) {
        const names = [...new Set([...book].map(({ logName }) => logName))].sort();
        const all = names.map((name) => ({ name }));
        const { page, next } = pageByName(call, all, clock.now(), { maxSize: MAX_PAGE_SIZE });
        return { ...(page.length > 0 && { logNames: page.map(({ name }) => name) }), ...next };
      },
    },
    {
      name: "DeleteLog",
      service: SERVICE,
      http: `DELETE ${PROJECT}/logs/{log=**}`,
      permission: ["logging.logs.delete", (call) => nameOf(call, PROJECT, options)],
      handle(call) {
        const log = call.params["log"] ?? "";
        if (book.delete(logNameOf(project, log))) return {};
        throw new GoogleError("NOT_FOUND", `Log ${log} does not exist`);
      },
    },
  ];
}

/** An entry where it stands in a list. */
interface Placed {
  readonly time: number;
  readonly sequence: number;
  readonly entry: LogEntry;
}

function list(call: Call, options: EntryOptions): object {
  const { book, clock } = options;
  const asked = decode(listMessage, call.body);
  const { resourceNames = [], projectIds = [], filter = "", orderBy = "" } = asked;
  checkResources([...resourceNames, ...projectIds.map((id) => `projects/${id}`)], options);
  const direction = directionOf(orderBy);
  const { matches } = entryFilter(filter, { leftMs: BUDGET_MS });
  const found = Array.from(book, (kept): Placed => {
    const entry = kept.made();
    return { time: timestampToMs(entry.timestamp), sequence: kept.sequence, entry };
  })
    .filter(({ entry }) => matches(entry))
    .sort((a, b) => direction * inTime(a, b));

  const { pageSize = 0, pageToken = "" } = asked;
  const query = new URLSearchParams({ pageSize: String(pageSize), pageToken, filter });
  const now = clock.now();
  const { size, after } = pageOf({ ...call, query }, MAX_PAGE_SIZE, now, DEFAULT_PAGE_SIZE);
  const rest = after === undefined ? found : found.slice(placeAfter(found, after, direction));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    ...(page.length > 0 && { entries: page.map(({ entry }) => entry) }),
    ...(last !== undefined &&
      rest.length > size && {
        nextPageToken: tokenAfter(`${last.time} ${last.sequence}`, now, { ...call, query }),
      }),
  };
}

function inTime(a: Omit<Placed, "entry">, b: Omit<Placed, "entry">): number {
  return a.time - b.time || a.sequence - b.sequence;
}

/** Where those begin that come after the last of a page, whether that is still kept or not. */
function placeAfter(found: readonly Placed[], after: string, direction: number): number {
  const [time = 0, sequence = 0] = after.split(" ").map(Number);
  const index = found.findIndex((one) => direction * inTime(one, { time, sequence }) > 0);
  return index < 0 ? found.length : index;
}

function directionOf(orderBy: string): 1 | -1 {
  if (/^(?:timestamp(?: asc)?)?$/.test(orderBy)) return 1;
  if (orderBy === "timestamp desc") return -1;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `Invalid order_by '${orderBy}': it must be 'timestamp asc' or 'timestamp desc'.`,
  );
}

/** A project, or a view of one of its buckets, through which all is seen here. */
const RESOURCE =
  /^projects\/(?<project>[^/]+)(?:\/locations\/[^/]+\/buckets\/[^/]+\/views\/[^/]+)?$/;

function checkResources(names: readonly string[], options: EntryOptions): void {
  if (names.length === 0) {
    throw new GoogleError("INVALID_ARGUMENT", "At least one resource name must be given.");
  }
  for (const name of names) {
    const project = RESOURCE.exec(name)?.groups?.["project"];
    if (project !== undefined) nameOf({ params: { project } }, PROJECT, options);
    else if (/^(?:organizations|folders|billingAccounts)\//.test(name)) {
      throw new NotEmulatedError(`ListLogEntriesRequest.resourceNames = '${name}'`);
    } else {
      throw new GoogleError("INVALID_ARGUMENT", `Resource name '${name}' is not valid.`);
    }
  }
}
