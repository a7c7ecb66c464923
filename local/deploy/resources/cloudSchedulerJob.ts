import { locationOf, text, without, type Properties, type ResourceType } from "../resourceType.ts";

/** `gcp:cloudscheduler/job:Job` */
export const cloudSchedulerJob: ResourceType = {
  replaceOn: ["name", "region", "project"],
  nameInput: "name",

  async create(inputs, context) {
    const parent = locationOf(inputs, context, "region");
    const id = `${parent}/jobs/${text(inputs, "name")}`;
    await context.api.post(`/v1/${parent}/jobs`, { ...body(inputs), name: id });
    // The real provider makes this second call always (google-cloud.md 11.3).
    await context.api.post(`/v1/${id}:${inputs["paused"] === true ? "pause" : "resume"}`, {});
    return { id, outputs: { ...inputs, ...own(await context.api.get(`/v1/${id}`)) } };
  },

  async update({ id, inputs: old }, inputs, { api }) {
    await api.patch(`/v1/${id}`, body(inputs));
    const paused = inputs["paused"] === true;
    if (paused !== (old["paused"] === true)) {
      await api.post(`/v1/${id}:${paused ? "pause" : "resume"}`, {});
    }
    return { ...inputs, ...own(await api.get(`/v1/${id}`)) };
  },

  async delete({ id }, { api }) {
    await api.delete(`/v1/${id}`);
  },
};

function body(inputs: Properties): Record<string, unknown> {
  return without(inputs, "name", "region", "project", "paused");
}

function own(job: Properties): Properties {
  return without(job, "name");
}
