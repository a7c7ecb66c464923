import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import type { Json } from "../api/parseJson.ts";
import { decodeMessage, type Message } from "../api/protoJson.ts";
import { serviceAgentEmail } from "./serviceAgents.ts";
import { checkId } from "../data/storedMethods.ts";
import { nameOf, StoredResources, type ServiceOptions } from "../data/storedResources.ts";

export interface ServiceUsageOptions extends ServiceOptions {
  /** Makes a service agent, unless there is one. */
  readonly createServiceAgent: (email: string) => void;
}

/** Service Usage of one project: which APIs are enabled. The local cloud answers the others too. */
export interface ServiceUsage {
  readonly methods: Method[];
  /** Whether an API such as `run.googleapis.com` is enabled. */
  readonly isEnabled: (api: string) => boolean;
}

export const SERVICE = "google.api.serviceusage.v1.ServiceUsage";

export function createServiceUsage(options: ServiceUsageOptions): ServiceUsage {
  const services = new StoredResources("apis", options);
  const methods = ["v1", "v1beta1"].flatMap((version) =>
    serviceMethods(version, services, options),
  );
  return {
    isEnabled: (api) =>
      stateOf(services, `projects/${options.project}/services/${api}`) === ENABLED,
    methods: [...methods, ...identityMethods(options)],
  };
}

const ENABLED = "ENABLED";

function serviceMethods(
  version: string,
  services: StoredResources,
  options: ServiceUsageOptions,
): Method[] {
  const collection = `/${version}/projects/{project}/services`;
  const path = `${collection}/{service}`;
  const projectOf = (call: Call): string => nameOf(call, `/${version}/projects/{project}`, options);
  const service = SERVICE.replace(".v1.", `.${version}.`);
  const set = (call: Call, api: string, state: string): object => {
    checkId("Service", api, /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/);
    const name = `${projectOf(call)}/services/${api}`;
    return services.replace(name, render(options, api, state));
  };
  const get = (call: Call, api: string): object =>
    render(options, api, stateOf(services, `${projectOf(call)}/services/${api}`) ?? "DISABLED");
  const permission = (verb: string): NonNullable<Method["permission"]> => [
    `serviceusage.services.${verb}`,
    projectOf,
  ];

  return [
    {
      name: "ListServices",
      service,
      http: `GET ${collection}`,
      permission: permission("list"),
      query: ["filter", "pageSize", "pageToken"],
      handle(call) {
        const state = readFilter(call.query.get("filter"));
        const where = (one: Message): boolean => state === undefined || one["state"] === state;
        const name = nameOf(call, collection, options);
        return { services: [], ...services.page(call, name, "services", { ...PAGE_SIZES, where }) };
      },
    },
    {
      name: "GetService",
      service,
      http: `GET ${path}`,
      permission: permission("get"),
      handle: (call) => get(call, call.params["service"] ?? ""),
    },
    ...STATES.map(({ name, verb, state, fields }): Method => ({
      name,
      service,
      http: `POST ${path}:${verb}`,
      permission: permission(verb),
      handle(call) {
        decodeMessage({ name: "string", ...fields }, call.body);
        return finished({ service: set(call, call.params["service"] ?? "", state) });
      },
    })),
    {
      name: "BatchGetServices",
      service,
      http: `GET ${collection}:batchGet`,
      permission: permission("get"),
      query: ["names"],
      handle: (call) => ({
        services: call.query.getAll("names").map((name) => {
          const [, id = ""] = /^projects\/[^/]+\/services\/([^/]+)$/.exec(name) ?? [];
          return get(call, id);
        }),
      }),
    },
    {
      name: "BatchEnableServices",
      service,
      http: `POST ${collection}:batchEnable`,
      permission: permission("enable"),
      handle: (call) =>
        finished({ services: serviceIds(call.body).map((api) => set(call, api, ENABLED)) }),
    },
    {
      name: "GetOperation",
      service: "google.longrunning.Operations",
      http: `GET /${version}/operations/{operation}`,
      handle({ params }) {
        if (params["operation"] === DONE) return finished({});
        throw new GoogleError("NOT_FOUND", "Requested entity was not found.");
      },
    },
  ];
}

/** https://cloud.google.com/service-usage/docs/reference/rest/v1/services/list */
const PAGE_SIZES = { maxSize: 200, defaultSize: 50 };

const STATES = [
  { name: "EnableService", verb: "enable", state: ENABLED, fields: {} },
  {
    name: "DisableService",
    verb: "disable",
    state: "DISABLED",
    // Nothing here depends on a service, or uses it.
    fields: {
      disableDependentServices: "bool",
      checkIfServiceHasUsage: {
        enum: ["CHECK_IF_SERVICE_HAS_USAGE_UNSPECIFIED", "SKIP", "CHECK"],
      },
    },
  },
] as const;

/** Only v1beta1 has it. */
function identityMethods(options: ServiceUsageOptions): Method[] {
  const path = "/v1beta1/projects/{project}/services/{service}";
  return [
    {
      name: "GenerateServiceIdentity",
      service: SERVICE.replace(".v1.", ".v1beta1."),
      http: `POST ${path}:generateServiceIdentity`,
      permission: [
        "serviceusage.services.enable",
        (call) => nameOf(call, "/v1beta1/projects/{project}", options),
      ],
      handle(call) {
        nameOf(call, path, options);
        const email = serviceAgentEmail(call.params["service"] ?? "", options.projectNumber);
        options.createServiceAgent(email);
        const type = "type.googleapis.com/google.api.serviceusage.v1beta1.ServiceIdentity";
        return finished({ "@type": type, email, uniqueId: uniqueId(email) });
      },
    },
  ];
}

/** A number of 21 digits that is always the same for an address. */
function uniqueId(email: string): string {
  const digits = BigInt(`0x${Buffer.from(email).toString("hex")}`) % 10n ** 20n;
  return `1${digits.toString().padStart(20, "0")}`;
}

/** The id of an operation that has ended at once. */
const DONE = "finished.DONE_OPERATION";

function finished(response: object): object {
  return { name: `operations/${DONE}`, done: true, response };
}

function stateOf(services: StoredResources, name: string): unknown {
  return services.has(name) ? services.get(name)["state"] : undefined;
}

function render({ projectNumber }: ServiceUsageOptions, api: string, state: unknown) {
  const parent = `projects/${projectNumber}`;
  return { name: `${parent}/services/${api}`, parent, config: { name: api }, state };
}

function readFilter(filter: string | null): string | undefined {
  if (filter === null || filter === "") return undefined;
  const [, state] = /^state:(ENABLED|DISABLED)$/.exec(filter) ?? [];
  if (state !== undefined) return state;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `Filter '${filter}' is not valid; it must be 'state:ENABLED' or 'state:DISABLED'.`,
  );
}

function serviceIds(body: Json | undefined): readonly string[] {
  const fields = decodeMessage({ serviceIds: { repeated: "string" } }, body);
  const { serviceIds: ids = [] } = fields as { serviceIds?: string[] };
  if (ids.length > 0 && ids.length <= MAX_BATCH) return ids;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `A batch enables 1 to ${MAX_BATCH} services; this one has ${ids.length}.`,
  );
}

const MAX_BATCH = 20;
