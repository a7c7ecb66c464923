import { Activity } from "../time/activity.ts";
import { systemClock } from "../time/clock.ts";
import { Events } from "../api/events.ts";
import { Faults } from "../faults/faults.ts";
import { IdTokens } from "../iam/idTokens.ts";
import type { Method } from "../api/method.ts";
import { memoryStore } from "../data/store.ts";
import { createServices } from "../services.ts";

/** Every method that the local cloud answers: the route table of its services, none of which is started. */
export function routeTable(): readonly Method[] {
  return createServices({
    project: "local-project",
    projectNumber: "123456789012",
    region: "europe-west1",
    clock: systemClock,
    events: new Events(),
    idTokens: new IdTokens(systemClock),
    activity: new Activity(),
    faults: new Faults(),
    api: () => Promise.reject(new Error("Nothing is called here.")),
    endpoint: () => "http://127.0.0.1:0",
    allowHosts: [],
    hosts: {},
    inspect: false,
    settings: {},
    store: memoryStore,
    imageDirectory: undefined,
  }).methods;
}
