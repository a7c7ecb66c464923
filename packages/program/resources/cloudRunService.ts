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

/** `gcp:cloudrunv2/service:Service` */
export const cloudRunService: ResourceType = {
  replaceOn: ["name", "location", "project"],
  nameInput: "name",
  autoName: 49,
  inventedName: "name",
  required: ["template"],
  defaults: { deletionProtection: true },
  clientOnly: ["deletionProtection"],
  limits: {
    name: {
      pattern: /^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/,
      rule: "at most 49 lower-case letters, digits and '-', the first a letter",
    },
    "template.maxInstanceRequestConcurrency": { min: 1, max: 1000, rule: "from 1 to 1000" },
  },
  recomputed: ["etag", "generation", "latestReadyRevision", "latestCreatedRevision"],

  idOf: (inputs, context) => `${locationOf(inputs, context)}/services/${text(inputs, "name")}`,

  async create(inputs, context) {
    const parent = locationOf(inputs, context);
    const name = text(inputs, "name");
    const id = `${parent}/services/${name}`;
    await context.api.post(`/v2/${parent}/services?serviceId=${name}`, body(inputs));
    return { id, outputs: outputsOf(inputs, live(id, await context.api.get(`/v2/${id}`))) };
  },

  async update({ id }, inputs, { api }) {
    await api.patch(`/v2/${id}`, body(inputs));
    return outputsOf(inputs, live(id, await api.get(`/v2/${id}`)));
  },

  read: async ({ id }, { api }) => live(id, await api.get(`/v2/${id}`)),

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

function live(id: string, service: Properties): Live {
  const { traffic } = service;
  return {
    settable: {
      ...partsOf(id),
      ...pick(service, "ingress", "labels", "annotations", "description", "invokerIamDisabled"),
      ...(traffic !== undefined && { traffics: traffic }),
      template: liveTemplate(service["template"] as Properties),
    },
    computed: pick(
      service,
      "uid",
      "uri",
      "urls",
      "etag",
      "generation",
      "latestReadyRevision",
      "latestCreatedRevision",
    ),
  };
}

function liveTemplate(template: Properties): Properties {
  const containers = (template["containers"] ?? []) as readonly Properties[];
  return {
    ...template,
    containers: containers.map(({ env, ports, ...container }) => ({
      ...container,
      ...(env !== undefined && { envs: env }),
      // At most one, which is an object among Pulumi's properties.
      ...(Array.isArray(ports) && { ports: ports[0] as unknown }),
    })),
  };
}
