import { isDeepStrictEqual } from "node:util";
import { locationOf, text, without, type Properties, type ResourceType } from "../resourceType.ts";

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

  async create(inputs, context) {
    const parent = locationOf(inputs, context);
    const id = `${parent}/queues/${text(inputs, "name")}`;
    await context.api.post(`/v2/${parent}/queues`, { ...body(inputs), name: id });
    if (inputs["desiredState"] === "PAUSED") await context.api.post(`/v2/${id}:pause`);
    return { id, outputs: { ...inputs, ...own(await context.api.get(`/v2/${id}`)) } };
  },

  async update({ id, inputs: old }, inputs, { api }) {
    const mask = UPDATABLE.filter((field) => !isDeepStrictEqual(old[field], inputs[field]));
    if (mask.length > 0) await api.patch(`/v2/${id}?updateMask=${mask.join()}`, body(inputs));
    const state = inputs["desiredState"] ?? "RUNNING";
    if (state !== (old["desiredState"] ?? "RUNNING")) {
      await api.post(`/v2/${id}:${state === "PAUSED" ? "pause" : "resume"}`);
    }
    return { ...inputs, ...own(await api.get(`/v2/${id}`)) };
  },

  async delete({ id }, { api }) {
    await api.delete(`/v2/${id}`);
  },
};

function body(inputs: Properties): Record<string, unknown> {
  return without(inputs, "name", "location", "project", "desiredState");
}

/** The API's fields, less the name, which is the short one among Pulumi's properties. */
function own(queue: Properties): Properties {
  return without(queue, "name");
}
