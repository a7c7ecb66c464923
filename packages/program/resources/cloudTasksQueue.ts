import { isDeepStrictEqual } from "node:util";
import {
  locationOf,
  outputsOf,
  partsOf,
  pick,
  text,
  without,
  type Live,
  type Properties,
  type ResourceType,
} from "./resourceType.ts";

/** What an update of a queue may change, each one a path of the update mask. */
const UPDATABLE = [
  "appEngineRoutingOverride",
  "rateLimits",
  "retryConfig",
  "stackdriverLoggingConfig",
  "httpTarget",
];

/** `gcp:cloudtasks/queue:Queue` */
export const cloudTasksQueue: ResourceType = {
  replaceOn: ["name", "location", "project"],
  nameInput: "name",
  autoName: 100,
  inventedName: "name",
  required: ["location"],
  defaults: { desiredState: "RUNNING" },
  limits: {
    name: { pattern: /^[A-Za-z0-9-]{1,100}$/, rule: "at most 100 letters, digits and '-'" },
    "rateLimits.maxDispatchesPerSecond": { min: 0, max: 500, rule: "at most 500" },
    "rateLimits.maxConcurrentDispatches": { min: 0, max: 5000, rule: "at most 5000" },
    "retryConfig.maxAttempts": { min: -1, rule: "-1, for no end, or more" },
    "retryConfig.maxDoublings": { min: 0, rule: "0 or more" },
  },

  idOf: (inputs, context) => `${locationOf(inputs, context)}/queues/${text(inputs, "name")}`,

  async create(inputs, context) {
    const parent = locationOf(inputs, context);
    const id = `${parent}/queues/${text(inputs, "name")}`;
    await context.api.post(`/v2/${parent}/queues`, { ...body(inputs), name: id });
    if (inputs["desiredState"] === "PAUSED") await context.api.post(`/v2/${id}:pause`);
    return { id, outputs: outputsOf(inputs, live(id, await context.api.get(`/v2/${id}`))) };
  },

  async update({ id, inputs: old }, inputs, { api }) {
    const mask = UPDATABLE.filter((field) => !isDeepStrictEqual(old[field], inputs[field]));
    if (mask.length > 0) await api.patch(`/v2/${id}?updateMask=${mask.join()}`, body(inputs));
    const state = inputs["desiredState"] ?? "RUNNING";
    if (state !== (old["desiredState"] ?? "RUNNING")) {
      await api.post(`/v2/${id}:${state === "PAUSED" ? "pause" : "resume"}`);
    }
    return outputsOf(inputs, live(id, await api.get(`/v2/${id}`)));
  },

  read: async ({ id }, { api }) => live(id, await api.get(`/v2/${id}`)),

  async delete({ id }, { api }) {
    await api.delete(`/v2/${id}`);
  },
};

function body(inputs: Properties): Record<string, unknown> {
  return without(inputs, "name", "location", "project", "desiredState");
}

function live(id: string, queue: Properties): Live {
  return {
    settable: {
      ...partsOf(id),
      ...pick(queue, ...UPDATABLE),
      desiredState: queue["state"] === "PAUSED" ? "PAUSED" : "RUNNING",
    },
    computed: pick(queue, "state"),
  };
}
