import {
  outputsOf,
  pick,
  projectOf,
  text,
  without,
  type Context,
  type Live,
  type Properties,
  type ResourceType,
} from "./resourceType.ts";

/** `gcp:logging/metric:Metric` */
export const loggingMetric: ResourceType = {
  replaceOn: ["name", "project"],
  nameInput: "name",
  autoName: 100,
  inventedName: "name",
  required: ["filter"],
  clientOnly: ["deletionPolicy"],
  limits: {
    name: {
      pattern: /^[A-Za-z0-9_.,+!*'()%-][A-Za-z0-9_.,+!*'()%/-]{0,99}$/,
      rule: "at most 100 letters, digits and _-.,+!*'()%/, the first no '/'",
    },
  },

  idOf: (inputs) => text(inputs, "name"),

  async create(inputs, context) {
    const id = text(inputs, "name");
    await context.api.post(`/v2/${projectOf(inputs, context)}/metrics`, body(inputs));
    return { id, outputs: outputsOf(inputs, await liveAt(id, inputs, context)) };
  },

  read: ({ id, outputs }, context) => liveAt(id, outputs, context),

  async update({ id }, inputs, context) {
    await context.api.put(pathOf(id, inputs, context), body(inputs));
    return outputsOf(inputs, await liveAt(id, inputs, context));
  },

  async delete({ id, outputs }, context) {
    await context.api.delete(pathOf(id, outputs, context));
  },
};

/** Its name may hold slashes, which its path does not: google-cloud.md 11.3. */
function pathOf(id: string, properties: Properties, context: Context): string {
  return `/v2/${projectOf(properties, context)}/metrics/${encodeURIComponent(id)}`;
}

function body(inputs: Properties): object {
  return without(inputs, "project", "deletionPolicy");
}

const SETTABLE = [
  "filter",
  "description",
  "disabled",
  "bucketName",
  "labelExtractors",
  "valueExtractor",
  "bucketOptions",
];

const DESCRIBED = ["metricKind", "valueType", "unit", "displayName", "labels"];

async function liveAt(id: string, properties: Properties, context: Context): Promise<Live> {
  const metric = await context.api.get(pathOf(id, properties, context));
  const [, project = ""] = projectOf(properties, context).split("/");
  return {
    settable: {
      name: id,
      project,
      ...pick(metric, ...SETTABLE),
      // Its name, type and description follow from the metric's.
      metricDescriptor: pick(metric["metricDescriptor"] as Properties, ...DESCRIBED),
    },
    computed: {},
  };
}
