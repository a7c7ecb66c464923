import type { Root } from "protobufjs";
import type { RefusedMethod } from "../api/refused.ts";
import { SHARED_SERVICES, type ApiSection } from "./apis.ts";
import type { PartlyNotes } from "./partly.ts";

export interface MethodRowsOptions {
  /** The route table. */
  readonly methods: readonly RefusedMethod[];
  readonly refused: readonly RefusedMethod[];
  readonly partly: PartlyNotes;
  /** The service definitions that are served over gRPC. */
  readonly protos: Root;
}

/** A row for each method of an API: name, versions, places, transports, and whether it is emulated. */
export function methodRows(api: ApiSection, options: MethodRowsOptions): string[][] {
  const { methods, refused, partly, protos } = options;
  const here = (method: RefusedMethod): boolean => belongsTo(api, method);
  const emulated = grouped(methods.filter(here)).map((group) => {
    const note = partly[unversioned(group.service)]?.[group.name];
    const isRpc =
      api.isOverGrpc === true &&
      protos.lookupService(group.service).methods[group.name] !== undefined;
    return row(
      group,
      isRpc ? "REST, gRPC" : "REST",
      note === undefined ? "yes" : `partly: ${note}`,
    );
  });
  return [...emulated, ...grouped(refused.filter(here)).map((group) => row(group, "", "no"))];
}

/** Whether a method is one of an API's. */
export function belongsTo(api: ApiSection, { service, http }: RefusedMethod): boolean {
  if (api.services.includes(unversioned(service))) return true;
  if (!SHARED_SERVICES.includes(service)) return false;
  const [, path = ""] = http.split(" ");
  const collection = path.replace(/(?:\/\{\w+\})?(?::\w+)?$/, "");
  return (api.sharedAt ?? []).includes(collection);
}

/** `google.cloud.tasks.v2.CloudTasks` without its version. */
export function unversioned(service: string): string {
  return service.replace(/\.v\d\w*\./, ".");
}

/** A method of a service, of all versions that have it in the same places. */
interface Group {
  readonly service: string;
  readonly name: string;
  readonly versions: string[];
  readonly places: string;
}

function grouped(methods: readonly RefusedMethod[]): Group[] {
  const groups = new Map<string, Group>();
  for (const ofOneVersion of Map.groupBy(methods, versionedName).values()) {
    const places = placesOf(ofOneVersion);
    for (const { service, name, http } of ofOneVersion.slice(0, 1)) {
      const key = `${unversioned(service)}/${name} ${places}`;
      const group = groups.get(key) ?? { service, name, versions: [], places };
      groups.set(key, group);
      group.versions.push(partsOf(http).version);
    }
  }
  return [...groups.values()];
}

function placesOf(methods: readonly RefusedMethod[]): string {
  const byPath = Map.groupBy(
    methods.map(({ http }) => partsOf(http)),
    ({ path }) => path,
  );
  return [...byPath]
    .map(([path, all]) => `\`${[...new Set(all.map(({ verb }) => verb))].join(", ")} ${path}\``)
    .join(", ");
}

function versionedName({ service, name, http }: RefusedMethod): string {
  return `${service}/${name} ${partsOf(http).version}`;
}

/** `GET`, `v2`, `…/queues`. Storage has its own name before the version, or has not. */
function partsOf(http: string) {
  const [, verb = "", version = "", path = ""] =
    /^([A-Z]+) (?:\/storage)?\/(v\w+)\/(\S*)$/.exec(http) ?? [];
  return { verb, version, path: path.replace("projects/{project}/locations/{location}", "…") };
}

function row({ name, versions, places }: Group, transports: string, emulated: string): string[] {
  return [name, versions.join(", "), places, transports, emulated];
}
