import { GoogleError } from "../api/googleError.ts";
import type { Method } from "../api/method.ts";
import type { Message, MessageType } from "../api/protoJson.ts";
import { checkId, storedMethods, textOf } from "../data/storedMethods.ts";
import { StoredResources, timestamp, type ServiceOptions } from "../data/storedResources.ts";
import type { Arrival } from "./demands.ts";
import { DemandTree } from "./demandTree.ts";
import { entryMatch, type EntryMatch } from "./entryMatch.ts";

/** The exclusions of a project's sink `_Default`. */
export interface Exclusions {
  readonly methods: Method[];
  /** Whether an entry is left out. It is made only where an exclusion may be of it. */
  readonly excludes: (arrival: Arrival) => boolean;
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.exclusions */
const exclusionMessage: MessageType = {
  name: "string",
  description: "string",
  filter: "string",
  disabled: "bool",
  createTime: "timestamp",
  updateTime: "timestamp",
};

export function createExclusions(options: ServiceOptions): Exclusions {
  const { clock } = options;
  const tree = new DemandTree<EntryMatch>();
  /** Of those that are not disabled, by their full names. */
  const matches = new Map<string, EntryMatch>();
  const forget = (name: string): void => {
    const match = matches.get(name);
    if (match) tree.delete(match);
    matches.delete(name);
  };
  const put = (name: string, exclusion: Message): void => {
    forget(name);
    if (exclusion["disabled"] === true) return;
    const match = entryMatch(textOf(exclusion, "filter"), {});
    tree.add(match, match.demands);
    matches.set(name, match);
  };
  const exclusions = new StoredResources("logExclusions", {
    ...options,
    onPut: put,
    onDelete: (name) => {
      forget(name);
      options.onDelete?.(name);
    },
  });
  for (const [name, exclusion] of exclusions.in(`projects/${options.project}/exclusions`)) {
    put(name, exclusion);
  }
  return {
    excludes: (arrival) => {
      for (const { labelsOf } of tree.find(arrival)) {
        if (labelsOf(arrival.entry) !== undefined) return true;
      }
      return false;
    },
    methods: storedMethods(
      {
        service: "google.logging.v2.ConfigServiceV2",
        noun: "Exclusion",
        plural: "Exclusions",
        collection: "/v2/projects/{project}/exclusions",
        permissions: "logging.exclusions",
        message: exclusionMessage,
        newId: (_call, fields) =>
          checkId("Exclusion name", textOf(fields, "name"), /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/),
        complete({ name, fields, old }) {
          checkFilter(fields);
          return {
            ...fields,
            // The short one: an exclusion's `name` is not that of its path.
            name: name.slice(name.lastIndexOf("/") + 1),
            createTime: old?.["createTime"] ?? timestamp(clock),
            updateTime: timestamp(clock),
          };
        },
      },
      exclusions,
      options,
    ),
  };
}

/** Throws INVALID_ARGUMENT for a filter that is none. */
function checkFilter(fields: Message): void {
  const filter = textOf(fields, "filter");
  if (filter === "") throw new GoogleError("INVALID_ARGUMENT", "A filter is required.");
  entryMatch(filter, {});
}
