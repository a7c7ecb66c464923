import { GoogleError } from "../api/googleError.ts";
import type { Method } from "../api/method.ts";
import { NotEmulatedError } from "../api/notEmulated.ts";
import { pageOf, tokenAfter } from "../api/pageToken.ts";
import { msToTimestamp } from "../api/protoTime.ts";
import { nameOf, type ServiceOptions } from "../data/storedResources.ts";
import type { Remembered } from "./incidents.ts";

const SERVICE = "google.monitoring.v3.AlertService";
const PARENT = "/v3/projects/{project}";
const PATH = `${PARENT}/alerts/{alert}`;
const MAX_PAGE_SIZE = 1000;

/** Reading alerts. https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alerts */
export function alertMethods(
  remembered: () => readonly Remembered[],
  options: ServiceOptions,
): Method[] {
  return [
    {
      name: "ListAlerts",
      service: SERVICE,
      http: `GET ${PARENT}/alerts`,
      permission: ["monitoring.alerts.list", (call) => nameOf(call, PARENT, options)],
      query: ["filter", "orderBy", "pageSize", "pageToken"],
      handle(call) {
        const unserved = ["filter", "orderBy"].find((name) => call.query.get(name));
        if (unserved) throw new NotEmulatedError(`ListAlertsRequest.${unserved}`);
        const now = options.clock.now();
        const { size, after } = pageOf(call, MAX_PAGE_SIZE, now);
        const all = remembered();
        const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
        const page = all.slice(start, start + size);
        const last = page.at(-1);
        const isMore = last !== undefined && start + size < all.length;
        return {
          ...(page.length > 0 && { alerts: page.map((one) => message(one, options.project)) }),
          ...(isMore && { nextPageToken: tokenAfter(last.id, now, call) }),
          totalSize: all.length,
        };
      },
    },
    {
      name: "GetAlert",
      service: SERVICE,
      http: `GET ${PATH}`,
      permission: ["monitoring.alerts.get", (call) => nameOf(call, PATH, options)],
      handle(call) {
        const found = remembered().find(({ id }) => id === call.params["alert"]);
        if (found) return message(found, options.project);
        throw new GoogleError("NOT_FOUND", "Requested entity was not found.");
      },
    },
  ];
}

function message({ id, incident, closeTime }: Remembered, project: string): object {
  const { policy, displayName, severity, labels, openTime } = incident;
  return {
    name: `projects/${project}/alerts/${id}`,
    state: closeTime === undefined ? "OPEN" : "CLOSED",
    openTime: msToTimestamp(openTime),
    ...(closeTime !== undefined && { closeTime: msToTimestamp(closeTime) }),
    log: { extractedLabels: labels },
    policy: { name: policy, displayName, ...(severity !== "" && { severity }) },
  };
}
