import {
  outputsOf,
  partsOf,
  pick,
  projectOf,
  without,
  type Live,
  type Properties,
  type ResourceType,
} from "./resourceType.ts";

/** What an update may change, each one a path of the update mask. */
const UPDATABLE = [
  "displayName",
  "combiner",
  "conditions",
  "enabled",
  "documentation",
  "notificationChannels",
  "alertStrategy",
  "severity",
  "userLabels",
];

/** `gcp:monitoring/alertPolicy:AlertPolicy` */
export const monitoringAlertPolicy: ResourceType = {
  replaceOn: ["project"],
  // Policies of one display name stand side by side.
  nameInput: "",
  required: ["displayName", "combiner", "conditions"],
  defaults: { enabled: true },
  clientOnly: ["deletionPolicy"],

  async create(inputs, context) {
    const path = `/v3/${projectOf(inputs, context)}/alertPolicies`;
    const { name } = await context.api.post(path, body(inputs));
    const id = String(name);
    return { id, outputs: outputsOf(inputs, live(id, await context.api.get(`/v3/${id}`))) };
  },

  read: async ({ id }, { api }) => live(id, await api.get(`/v3/${id}`)),

  async update({ id }, inputs, { api }) {
    await api.patch(`/v3/${id}?updateMask=${UPDATABLE.join()}`, body(inputs));
    return outputsOf(inputs, live(id, await api.get(`/v3/${id}`)));
  },

  async delete({ id }, { api }) {
    await api.delete(`/v3/${id}`);
  },
};

/** The policy in the API's words, which have the strategies for channels in the singular. */
function body(inputs: Properties): object {
  const { alertStrategy, ...rest } = without(inputs, "project", "deletionPolicy");
  return {
    ...rest,
    ...(alertStrategy !== undefined && {
      alertStrategy: renamed(alertStrategy, STRATEGIES, STRATEGY),
    }),
  };
}

const STRATEGY = "notificationChannelStrategy";
const STRATEGIES = "notificationChannelStrategies";

function renamed(value: unknown, from: string, to: string): Properties {
  const { [from]: moved, ...rest } = value as Properties;
  return { ...rest, ...(moved !== undefined && { [to]: moved }) };
}

function live(id: string, policy: Properties): Live {
  const { alertStrategy, ...rest } = pick(policy, ...UPDATABLE);
  return {
    settable: {
      project: partsOf(id).project,
      ...rest,
      ...(alertStrategy !== undefined && {
        alertStrategy: renamed(alertStrategy, STRATEGY, STRATEGIES),
      }),
    },
    computed: { name: id, creationRecords: [policy["creationRecord"]] },
  };
}
