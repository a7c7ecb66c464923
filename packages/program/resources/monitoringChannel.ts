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

/** The labels that hold secrets, by the inputs of theirs. */
const SENSITIVE: Readonly<Record<string, string>> = {
  authToken: "auth_token",
  password: "password",
  serviceKey: "service_key",
};

/** What an update may change, each one a path of the update mask. */
const UPDATABLE = ["type", "displayName", "description", "labels", "userLabels", "enabled"];

/** `gcp:monitoring/notificationChannel:NotificationChannel` */
export const monitoringChannel: ResourceType = {
  replaceOn: ["project"],
  // Channels of one display name stand side by side.
  nameInput: "",
  required: ["type"],
  defaults: { enabled: true, forceDelete: false },
  clientOnly: ["deletionPolicy", "forceDelete", "sensitiveLabels"],

  async create(inputs, context) {
    const path = `/v3/${projectOf(inputs, context)}/notificationChannels`;
    const channel = await context.api.post(path, body(inputs));
    const id = String(channel["name"]);
    return { id, outputs: outputsOf(inputs, live(id, channel)) };
  },

  read: async ({ id }, { api }) => live(id, await api.get(`/v3/${id}`)),

  async update({ id }, inputs, { api }) {
    const channel = await api.patch(`/v3/${id}?updateMask=${UPDATABLE.join()}`, body(inputs));
    return outputsOf(inputs, live(id, channel));
  },

  async delete({ id, outputs }, { api }) {
    await api.delete(`/v3/${id}?force=${outputs["forceDelete"] === true ? "true" : "false"}`);
  },
};

/** The channel in the API's words, in which secrets are labels like others. */
function body(inputs: Properties): object {
  const { sensitiveLabels, labels, ...rest } = without(
    inputs,
    ...["project", "deletionPolicy", "forceDelete"],
  );
  const all: Record<string, unknown> = { ...(labels as Properties | undefined) };
  for (const [input, value] of Object.entries((sensitiveLabels ?? {}) as Properties)) {
    all[SENSITIVE[input] ?? input] = value;
  }
  return { ...rest, labels: all };
}

function live(id: string, channel: Properties): Live {
  const labels = without((channel["labels"] ?? {}) as Properties, ...Object.values(SENSITIVE));
  return {
    settable: {
      project: partsOf(id).project,
      ...pick(channel, ...UPDATABLE),
      labels,
    },
    computed: { name: id, ...pick(channel, "verificationStatus") },
  };
}
