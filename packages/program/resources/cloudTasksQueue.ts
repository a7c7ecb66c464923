import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { ApiError } from "./api.ts";
import {
  isUnknown,
  locationOf,
  outputsOf,
  partsOf,
  pick,
  text,
  without,
  type Context,
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
    await untilFound(id, context);
    if (inputs["desiredState"] === "PAUSED") await context.api.post(`/v2/${id}:pause`);
    return { id, outputs: outputsOf(inputs, live(id, await context.api.get(`/v2/${id}`))) };
  },

  async update(old, inputs, context) {
    const { api } = context;
    const { id, inputs: before } = old;
    const isNew = isUnknown(old);
    if (isNew) await untilFound(id, context);
    const mask = UPDATABLE.filter(
      (field) => isNew || !isDeepStrictEqual(before[field], inputs[field]),
    );
    if (mask.length > 0) await api.patch(`/v2/${id}?updateMask=${mask.join()}`, body(inputs));
    const state = inputs["desiredState"] ?? "RUNNING";
    if (isNew || state !== (before["desiredState"] ?? "RUNNING")) {
      await api.post(`/v2/${id}:${state === "PAUSED" ? "pause" : "resume"}`);
    }
    return outputsOf(inputs, live(id, await api.get(`/v2/${id}`)));
  },

  read: async ({ id }, { api }) => live(id, await api.get(`/v2/${id}`)),

  async delete({ id }, { api }) {
    await api.delete(`/v2/${id}`);
  },
};

/**
 * Waits until a new queue is found: for a minute or more, calls may be answered that there is none
 * (google-cloud.md 1.2). Throws that answer where it is not found in three minutes.
 */
async function untilFound(id: string, { api, pause = setTimeout }: Context): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    try {
      await api.get(`/v2/${id}`);
      return;
    } catch (error) {
      const isNew = error instanceof ApiError && error.status === 404;
      if (!isNew || waitedMs >= MAX_WAIT_MS) throw error;
    }
    await pause(LOOK_EVERY_MS);
  }
}

const LOOK_EVERY_MS = 500;
const MAX_WAIT_MS = 180_000;

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
