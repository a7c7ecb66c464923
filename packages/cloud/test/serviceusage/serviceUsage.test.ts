import { createServiceUsage } from "../../serviceusage/serviceUsage.ts";
import { localApi, serviceOptions } from "../support/localApi.ts";

const SERVICES = "/v1/projects/demo/services";

function start() {
  const agents: string[] = [];
  const usage = createServiceUsage({
    ...serviceOptions(),
    createServiceAgent: (email) => agents.push(email),
  });
  return { ...usage, ...localApi(usage.methods), agents };
}

const enabled = (api: string) => ({
  name: `projects/123456789012/services/${api}`,
  parent: "projects/123456789012",
  config: { name: api },
  state: "ENABLED",
});

describe("Service Usage", () => {
  it("begins with nothing enabled", async () => {
    const { ok, isEnabled } = start();

    expect(await ok(`GET ${SERVICES}?filter=state:ENABLED`)).toEqual({ services: [] });
    expect(await ok(`GET ${SERVICES}/run.googleapis.com`)).toMatchObject({ state: "DISABLED" });
    expect(isEnabled("run.googleapis.com")).toBe(false);
  });

  it("enables one or several, and lists those that are", async () => {
    const { ok, isEnabled } = start();

    await ok(`POST ${SERVICES}:batchEnable`, {
      serviceIds: ["run.googleapis.com", "cloudtasks.googleapis.com"],
    });
    const operation = await ok(`POST ${SERVICES}/iam.googleapis.com:enable`);
    await ok(`POST ${SERVICES}/run.googleapis.com:disable`, {});

    expect(operation).toEqual({
      name: "operations/finished.DONE_OPERATION",
      done: true,
      response: { service: enabled("iam.googleapis.com") },
    });
    expect(await ok(`GET ${SERVICES}?filter=state:ENABLED`)).toEqual({
      services: [enabled("cloudtasks.googleapis.com"), enabled("iam.googleapis.com")],
    });
    expect(await ok(`GET ${SERVICES}?fields=services/name&filter=state:DISABLED`)).toEqual({
      services: [{ name: "projects/123456789012/services/run.googleapis.com" }],
    });
    expect(isEnabled("iam.googleapis.com")).toBe(true);
  });

  // https://cloud.google.com/service-usage/docs/reference/rest/v1/services/list
  it("lists page by page, 50 unless told otherwise and 200 at most", async () => {
    const { ok, refusal } = start();
    for (let batch = 0; batch < 11; batch++) {
      const ids = Array.from({ length: 20 }, (_, i) => `s${batch}-${i}.googleapis.com`);
      await ok(`POST ${SERVICES}:batchEnable`, { serviceIds: ids });
    }
    const list = (query: string) => ok(`GET ${SERVICES}?filter=state:ENABLED&${query}`);

    const first = await list("");
    const all = await list("pageSize=1000");
    const rest = await list(`pageSize=1000&pageToken=${all.nextPageToken}`);

    expect([first, all, rest].map(({ services }) => services.length)).toEqual([50, 200, 20]);
    expect(rest).not.toHaveProperty("nextPageToken");
    expect(
      await refusal(`GET ${SERVICES}?pageToken=${first.nextPageToken}&filter=state:DISABLED`),
    ).toMatchObject({ status: "INVALID_ARGUMENT" });
  });

  it("gives several at once", async () => {
    const { ok } = start();
    await ok(`POST ${SERVICES}/run.googleapis.com:enable`);
    const names = ["run", "iam"].map((id) => `names=projects/demo/services/${id}.googleapis.com`);

    expect(await ok(`GET ${SERVICES}:batchGet?${names.join("&")}`)).toEqual({
      services: [
        enabled("run.googleapis.com"),
        { ...enabled("iam.googleapis.com"), state: "DISABLED" },
      ],
    });
  });

  it("answers an operation that has ended, and no other", async () => {
    const { ok, refusal } = start();

    expect(await ok("GET /v1beta1/operations/finished.DONE_OPERATION")).toMatchObject({
      done: true,
    });
    expect(await refusal("GET /v1/operations/other")).toMatchObject({ code: 404 });
  });

  it.each([
    { api: "cloudtasks", email: "service-123456789012@gcp-sa-cloudtasks.iam.gserviceaccount.com" },
    {
      api: "cloudscheduler",
      email: "service-123456789012@gcp-sa-cloudscheduler.iam.gserviceaccount.com",
    },
    { api: "run", email: "service-123456789012@serverless-robot-prod.iam.gserviceaccount.com" },
    { api: "pubsub", email: "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" },
    {
      api: "artifactregistry",
      email: "service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com",
    },
  ])("makes the service agent of $api (G 9.4)", async ({ api, email }) => {
    const { ok, agents } = start();
    const request = `POST /v1beta1/projects/demo/services/${api}.googleapis.com:generateServiceIdentity`;

    const operation = await ok(request);

    expect(operation).toMatchObject({
      done: true,
      response: { email, uniqueId: expect.stringMatching(/^\d{21}$/) },
    });
    expect(agents).toEqual([email]);
    expect(await ok(request)).toEqual(operation);
  });

  it.each([
    [`GET ${SERVICES}?filter=name:x`, undefined, "Filter 'name:x' is not valid"],
    [`POST ${SERVICES}:batchEnable`, {}, "A batch enables 1 to 20 services; this one has 0."],
    [`POST ${SERVICES}/nonsense:enable`, undefined, "Service 'nonsense' is not valid"],
    [
      "POST /v1beta1/projects/demo/services/x.example:generateServiceIdentity",
      undefined,
      "The service agent of 'x.example' is not emulated locally.",
    ],
  ])("refuses %s", async (request, body, message) => {
    const { refusal } = start();

    expect(await refusal(request, body)).toMatchObject({
      code: 400,
      message: expect.stringContaining(message),
    });
  });
});
