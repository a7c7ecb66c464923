import type { Authority } from "../api/authority.ts";
import type { Clock } from "../time/clock.ts";
import { DEPLOYER_ONLY } from "../api/deployer.ts";
import { pageByName } from "../api/pageToken.ts";
import { applyMask, parseMask } from "../api/updateMask.ts";
import type { Events } from "../api/events.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Call, Method } from "../api/method.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import type { Message } from "../api/protoJson.ts";
import { flagOf } from "../api/queryParameters.ts";
import { nameOf } from "../data/storedResources.ts";
import { isOnThisMachine } from "./findImage.ts";
import type { Operation, Operations } from "./operations.ts";
import { Revision } from "./revision.ts";
import { Service } from "./service.ts";
import { SERVICE_MESSAGE } from "./serviceMessage.ts";
import { decodeService, readSettings, type ServiceSettings } from "./serviceSettings.ts";
import type { Services } from "./services.ts";
import { serviceUrls } from "./serviceUrls.ts";
import { startRevision, type RevisionStarter } from "./startRevision.ts";

export const SERVICE = "google.cloud.run.v2.Services";
export const SERVICE_PATH = "/v2/projects/{project}/locations/{location}/services/{service}";

export interface ServiceMethodsOptions {
  readonly project: string;
  readonly projectNumber: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly authority: Authority;
  readonly services: Services;
  readonly operations: Operations;
  readonly starter: RevisionStarter;
  /** Called when a service is deleted. */
  readonly onDelete: (name: string) => void;
}

/** The Cloud Run Admin API's methods for services. */
export function serviceMethods(options: ServiceMethodsOptions): Method[] {
  const { project, projectNumber, clock, authority, services, operations } = options;
  const locationOf = (call: Call): string => nameOf(call, LOCATION_PATH, options);
  const serviceOf = (call: Call): string => nameOf(call, SERVICE_PATH, options);

  const by = ({ member }: Call) => ({ member, time: new Date(clock.now()).toISOString() });
  const settingsOf = (message: Message, { member }: Call): ServiceSettings => {
    const settings = readSettings(
      message,
      `${projectNumber}-compute@developer.gserviceaccount.com`,
    );
    authority.requireActAs(member, settings.template.serviceAccount ?? "");
    return settings;
  };

  /** Whoever has something run here must be whoever runs the local cloud. */
  function requireDeployer({ template }: ServiceSettings, { isDeployer = false }: Call): void {
    const image = template.containers[0]?.image ?? "";
    if (isDeployer || !isOnThisMachine(options.starter.images, image)) return;
    throw new GoogleError("PERMISSION_DENIED", DEPLOYER_ONLY);
  }

  /** Puts settings in force, by a new revision if they call for one, and says what came of it. */
  async function deploy(service: Service, settings: ServiceSettings, call: Call) {
    const revision = service.revisionFor(settings);
    if (revision !== undefined) requireDeployer(settings, call);
    if (settings["traffic"] !== undefined) warnOfTraffic(settings["traffic"], options.events);
    if (revision === undefined) {
      service.change(settings, by(call));
      services.changed(service);
      return operations.record(locationOf(call), service.toJSON());
    }
    const outcome = await startRevision(options.starter, service, revision, settings).catch(
      (error: unknown) => {
        if (error instanceof GoogleError) return error;
        throw error;
      },
    );
    if (!(outcome instanceof GoogleError) && !services.holds(service)) {
      if (outcome instanceof Revision) await outcome.stop();
      throw new GoogleError("ABORTED", `Service '${service.id}' was deleted meanwhile.`);
    }
    service.change(settings, by(call), { revision, outcome, isForeign: !call.isDeployer });
    services.changed(service);
    const failure = outcome instanceof GoogleError ? outcome : undefined;
    return operations.record(locationOf(call), service.toJSON(), failure);
  }

  function create(call: Call, id: string): Promise<Operation> {
    const name = `${locationOf(call)}/services/${id}`;
    return services.inTurn(name, async () => {
      checkId(id);
      const existing = services.find(name);
      // One that never served may be made again: whoever made it was told that it failed.
      if (existing?.revision !== undefined) {
        throw new GoogleError("ALREADY_EXISTS", `Resource '${id}' already exists.`);
      }
      const settings = settingsOf(decodeService(call.body), call);
      const { location = "" } = call.params;
      const urls = serviceUrls(id, { name: project, number: projectNumber }, location);
      const service = Service.create({ name, settings, urls }, by(call));
      if (isValidateOnly(call)) return operations.record(locationOf(call), service.toJSON());
      requireDeployer(settings, call);
      services.add(service);
      return deploy(service, settings, call);
    });
  }

  async function update(call: Call): Promise<Operation> {
    const name = serviceOf(call);
    if (flagOf(call.query, "allowMissing") && !services.find(name)) {
      authority.require(call.member, "run.services.create", locationOf(call));
      return create(call, call.params["service"] ?? "");
    }
    return services.inTurn(name, async () => {
      const service = services.get(name);
      checkEtag(service, etagOf(call));
      const change = decodeService(call.body);
      const mask = parseMask(call.query.get("updateMask"), SERVICE_MESSAGE);
      const message = applyMask<Message>(service.settings, change, mask, {
        message: SERVICE_MESSAGE,
      });
      const settings = settingsOf(message, call);
      if (isValidateOnly(call)) return operations.record(locationOf(call), service.toJSON());
      return deploy(service, settings, call);
    });
  }

  function remove(call: Call): Operation {
    const service = services.get(serviceOf(call));
    checkEtag(service, call.query.get("etag"));
    if (!isValidateOnly(call)) {
      services.delete(service);
      options.onDelete(service.name);
    }
    return operations.record(locationOf(call), service.toJSON());
  }

  return [
    {
      name: "CreateService",
      service: SERVICE,
      http: `POST ${SERVICES_PATH}`,
      permission: ["run.services.create", locationOf],
      query: ["serviceId", "validateOnly"],
      handle: (call) => create(call, call.query.get("serviceId") ?? ""),
    },
    {
      name: "ListServices",
      service: SERVICE,
      http: `GET ${SERVICES_PATH}`,
      permission: ["run.services.list", locationOf],
      query: ["pageSize", "pageToken", "showDeleted"],
      handle(call) {
        if (flagOf(call.query, "showDeleted")) {
          throw new NotEmulatedError("ListServicesRequest.showDeleted");
        }
        const all = services.list(`${locationOf(call)}/services/`);
        const { page, next } = pageByName(call, all, clock.now(), { maxSize: MAX_PAGE_SIZE });
        return { ...(page.length > 0 && { services: page.map((one) => one.toJSON()) }), ...next };
      },
    },
    {
      name: "GetService",
      service: SERVICE,
      http: `GET ${SERVICE_PATH}`,
      permission: ["run.services.get", serviceOf],
      handle: (call) => services.get(serviceOf(call)).toJSON(),
    },
    {
      name: "UpdateService",
      service: SERVICE,
      http: `PATCH ${SERVICE_PATH}`,
      permission: ["run.services.update", serviceOf],
      query: ["updateMask", "validateOnly", "allowMissing"],
      handle: update,
    },
    {
      name: "DeleteService",
      service: SERVICE,
      http: `DELETE ${SERVICE_PATH}`,
      permission: ["run.services.delete", serviceOf],
      query: ["validateOnly", "etag"],
      handle: remove,
    },
    ...operations.methods(options),
  ];
}

const LOCATION_PATH = "/v2/projects/{project}/locations/{location}";
const SERVICES_PATH = `${LOCATION_PATH}/services`;
const MAX_PAGE_SIZE = 1000;

function isValidateOnly({ query }: Call): boolean {
  return flagOf(query, "validateOnly");
}

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create */
function checkId(id: string): void {
  if (/^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/.test(id)) return;
  throw new GoogleError(
    "INVALID_ARGUMENT",
    `Service id '${id}' must have fewer than 50 characters, begin with a letter, hold only lower-case letters, digits and hyphens, and not end with a hyphen.`,
  );
}

function etagOf({ body }: Call): string | null {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  const etag = isObject ? body["etag"] : undefined;
  return typeof etag === "string" ? etag : null;
}

function checkEtag(service: Service, etag: string | null): void {
  if (etag === null || etag === "" || etag === service.etag) return;
  throw new GoogleError(
    "ABORTED",
    `Conflict for resource '${service.id}': etag '${etag}' was given, '${service.etag}' is in force.`,
  );
}

function warnOfTraffic(traffic: unknown, events: Events): void {
  const json = JSON.stringify(traffic);
  if (json.includes("ALLOCATION_TYPE_REVISION") || json.includes('"tag"')) {
    events.emit("notEmulated", { what: "Traffic to other revisions than the latest" });
  }
}
