import { isDeepStrictEqual } from "node:util";
import type { Json } from "./api.ts";
import {
  outputsOf,
  partsOf,
  projectOf,
  text,
  without,
  type Live,
  type Properties,
  type ResourceType,
} from "./resourceType.ts";

/** `gcp:monitoring/dashboard:Dashboard` */
export const monitoringDashboard: ResourceType = {
  replaceOn: ["project"],
  // Dashboards of one display name stand side by side.
  nameInput: "",
  required: ["dashboardJson"],
  clientOnly: ["deletionPolicy"],

  async create(inputs, context) {
    const path = `/v1/${projectOf(inputs, context)}/dashboards`;
    const dashboard = await context.api.post(path, contentOf(inputs));
    const id = String(dashboard["name"]);
    return { id, outputs: outputsOf(inputs, live(id, dashboard, inputs)) };
  },

  read: async ({ id, outputs }, { api }) => live(id, await api.get(`/v1/${id}`), outputs),

  async update({ id }, inputs, { api }) {
    // It is put as a whole in the place of the one that is there.
    const { etag } = await api.get(`/v1/${id}`);
    const dashboard = await api.patch(`/v1/${id}`, { ...contentOf(inputs), etag });
    return outputsOf(inputs, live(id, dashboard, inputs));
  },

  async delete({ id }, { api }) {
    await api.delete(`/v1/${id}`);
  },
};

/** The dashboard that a program gives as text. Throws for what is no JSON object. */
function contentOf(inputs: Properties): Json {
  const given = text(inputs, "dashboardJson");
  const content: unknown = parsed(given);
  if (typeof content === "object" && content !== null && !Array.isArray(content)) {
    return { ...content };
  }
  throw new Error(
    `'dashboardJson' is ${JSON.stringify(given.slice(0, 100))}; it must be a JSON object.`,
  );
}

function parsed(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined; // The caller says what it must be.
  }
}

/** As the program wrote it, unless it is another by now but for what only Google sets. */
function live(id: string, dashboard: Properties, { dashboardJson }: Properties): Live {
  const content = without(dashboard, "name", "etag");
  const given = typeof dashboardJson === "string" ? parsed(dashboardJson) : undefined;
  const isSame =
    typeof given === "object" &&
    given !== null &&
    isDeepStrictEqual(content, without({ ...given }, "name", "etag"));
  return {
    settable: {
      project: partsOf(id).project,
      dashboardJson: isSame ? dashboardJson : JSON.stringify(content),
    },
    computed: {},
  };
}
