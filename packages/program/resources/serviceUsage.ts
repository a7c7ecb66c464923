import { projectOf, text, type ResourceType } from "./resourceType.ts";

/** `gcp:projects/service:Service`: an enabled API. It stays enabled, as the provider leaves it by default. */
export const projectService: ResourceType = {
  replaceOn: ["service", "project"],
  nameInput: "service",
  required: ["service"],
  clientOnly: ["disableOnDestroy", "disableDependentServices"],

  async create(inputs, context) {
    const service = text(inputs, "service");
    await context.api.post(`/v1/${projectOf(inputs, context)}/services/${service}:enable`);
    const project = text(inputs, "project", context.project);
    return { id: `${project}/${service}`, outputs: { ...inputs, project } };
  },

  async read({ id }, { api }) {
    const [project = "", service = ""] = id.split("/");
    const { state } = await api.get(`/v1/projects/${project}/services/${service}`);
    return state === "ENABLED" ? { settable: { project, service }, computed: {} } : undefined;
  },

  async update(_old, inputs) {
    return inputs;
  },

  async delete({ id, inputs }, { api }) {
    if (inputs["disableOnDestroy"] !== true) return;
    const [project, service] = id.split("/");
    await api.post(`/v1/projects/${String(project)}/services/${String(service)}:disable`, {});
  },
};

/** `gcp:projects/serviceIdentity:ServiceIdentity`: a service agent, which is never deleted. */
export const serviceIdentity: ResourceType = {
  replaceOn: ["service", "project"],
  nameInput: "service",
  required: ["service"],

  async create(inputs, context) {
    const id = `${projectOf(inputs, context)}/services/${text(inputs, "service")}`;
    const operation = await context.api.post(`/v1beta1/${id}:generateServiceIdentity`);
    const { email } = operation["response"] as { email: string };
    return { id, outputs: { ...inputs, email, member: `serviceAccount:${email}` } };
  },

  async delete() {
    // A service agent belongs to Google: nobody can delete it.
  },
};
