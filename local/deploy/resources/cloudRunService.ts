import { locationOf, text, without, type Properties, type ResourceType } from "../resourceType.ts";

/** `gcp:cloudrunv2/service:Service` */
export const cloudRunService: ResourceType = {
  replaceOn: ["name", "location", "project"],
  nameInput: "name",

  async create(inputs, context) {
    const parent = locationOf(inputs, context);
    const name = text(inputs, "name");
    const id = `${parent}/services/${name}`;
    await context.api.post(`/v2/${parent}/services?serviceId=${name}`, body(inputs));
    return { id, outputs: { ...inputs, ...own(await context.api.get(`/v2/${id}`)) } };
  },

  async update({ id }, inputs, { api }) {
    await api.patch(`/v2/${id}`, body(inputs));
    return { ...inputs, ...own(await api.get(`/v2/${id}`)) };
  },

  async delete({ id, inputs }, { api }) {
    if (inputs["deletionProtection"] === true) {
      throw new Error(`Service '${id}' has deletionProtection; set it to false first.`);
    }
    await api.delete(`/v2/${id}`);
  },
};

/** The service in the API's words: the provider calls some lists in the plural. */
function body(inputs: Properties): object {
  const { template, traffics, ...rest } = without(
    inputs,
    "name",
    "location",
    "project",
    "deletionProtection",
  );
  return {
    ...rest,
    ...(traffics !== undefined && { traffic: traffics }),
    template: templateBody(template as Properties),
  };
}

function templateBody(template: Properties): Properties {
  const containers = (template["containers"] ?? []) as readonly Properties[];
  return {
    ...template,
    containers: containers.map(({ envs, ports, ...container }) => ({
      ...container,
      ...(envs !== undefined && { env: envs }),
      ...(ports !== undefined && { ports: Array.isArray(ports) ? ports : [ports] }),
    })),
  };
}

/** What Google adds, as Pulumi has it among the outputs. */
function own(service: Properties): Properties {
  return Object.fromEntries(
    ["uid", "uri", "urls", "etag", "generation", "latestReadyRevision", "latestCreatedRevision"]
      .filter((field) => service[field] !== undefined)
      .map((field) => [field, service[field]]),
  );
}
