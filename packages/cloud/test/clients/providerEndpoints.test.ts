import type { Parsed } from "../support/localApi.ts";
import { startLocalCloud, type LocalCloud } from "../../startLocalCloud.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({ clock: "virtual", project: "demo" });
});
afterAll(() => cloud.stop());

/** What the provider sends with every request. */
const HEADERS = {
  authorization: "Bearer any-text-will-do",
  "content-type": "application/json",
  "user-agent": "Terraform/1.5.7 terraform-provider-google-beta/7.45.0",
};

async function send(
  request: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string | null; body: Parsed }> {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(`${cloud.endpoint}/${path}`, {
    method,
    headers: { ...HEADERS, ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const type = response.headers.get("content-type");
  return { status: response.status, type, body: JSON.parse(await response.text()) };
}

const PARENT = "projects/demo/locations/europe-west1";

describe("The custom endpoints of the provider (G 11.1)", () => {
  it.each([
    { service: "cloud_tasks", base: "v2/", path: `${PARENT}/queues` },
    { service: "cloud_run_v2", base: "v2/", path: `${PARENT}/services` },
    { service: "cloud_scheduler", base: "v1/", path: `${PARENT}/jobs` },
    { service: "iam_beta", base: "v1/", path: "projects/demo/serviceAccounts" },
    { service: "resource_manager", base: "v1/", path: "projects/demo" },
    { service: "service_usage", base: "v1beta1/", path: "projects/demo/services" },
    { service: "service_usage, its base stripped", base: "v1/", path: "projects/demo/services" },
    { service: "artifact_registry", base: "v1/", path: `${PARENT}/repositories` },
    { service: "secret_manager", base: "v1/", path: "projects/demo/secrets" },
    { service: "monitoring", base: "", path: "v1/projects/demo/dashboards" },
    { service: "monitoring", base: "", path: "v3/projects/demo/alertPolicies" },
    { service: "logging", base: "v2/", path: "projects/demo/metrics" },
    { service: "logging, of exclusions", base: "v2/", path: "projects/demo/exclusions" },
    { service: "storage", base: "storage/v1/", path: "b?project=demo" },
  ])("lead to $service at '$base', $path", async ({ base, path }) => {
    expect(await send(`GET ${base}${path}`)).toMatchObject({ status: 200 });
  });

  it("lead to iam_credentials at 'v1/'", async () => {
    await send("POST v1/projects/demo/serviceAccounts", { accountId: "invoker" });
    const account = "invoker@demo.iam.gserviceaccount.com";

    expect(
      await send(`POST v1/projects/-/serviceAccounts/${account}:generateIdToken`, {
        audience: "https://worker.example",
      }),
    ).toMatchObject({ status: 200, body: { token: expect.stringMatching(/^eyJ/) } });
  });
});

describe("A request of the provider (G 11.2)", () => {
  const job = {
    name: `${PARENT}/jobs/nightly`,
    schedule: "0 0 * * *",
    httpTarget: { uri: "https://worker.example/" },
  };

  it("is answered with a JSON object, an empty one too", async () => {
    const created = await send(`POST v1/${PARENT}/jobs?alt=json`, job);
    const deleted = await send(`DELETE v1/${job.name}?alt=json`);

    expect(created).toMatchObject({ status: 200, body: { name: job.name } });
    expect(deleted).toEqual({ status: 200, type: "application/json; charset=UTF-8", body: {} });
  });

  it.each([
    { header: "x-goog-user-project", value: "demo" },
    { header: "x-goog-request-reason", value: "a ticket" },
  ])("may carry $header", async ({ header, value }) => {
    expect(await send("GET v1/projects/demo?alt=json", undefined, { [header]: value })).toEqual(
      await send("GET v1/projects/demo"),
    );
  });

  it("for what is not there is answered 404, by which the provider drops it", async () => {
    expect(await send(`GET v2/${PARENT}/queues/none?alt=json`)).toMatchObject({
      status: 404,
      body: { error: { code: 404, status: "NOT_FOUND" } },
    });
  });
});

describe("What the provider waits for (G 11.2, 12.1)", () => {
  const image = "gcr.io/demo/worker@sha256:1";
  const service = { template: { containers: [{ image }] } };
  const repository = { format: "DOCKER" };

  it.each([
    { request: `POST v2/${PARENT}/services?serviceId=worker`, body: service },
    { request: `PATCH v2/${PARENT}/services/worker`, body: service },
    { request: `DELETE v2/${PARENT}/services/worker` },
    { request: `POST v1/${PARENT}/repositories?repository_id=images`, body: repository },
    { request: `DELETE v1/${PARENT}/repositories/images` },
  ])("has ended when it is answered, and is there to be polled: $request", async (one) => {
    const { request, body } = one;

    const operation = await send(request, body);

    const version = request.split(/[ /]/)[1];
    expect(operation).toMatchObject({ status: 200, body: { done: true } });
    expect(operation.body.name).toMatch(new RegExp(`^${PARENT}/operations/[0-9a-f-]{36}$`));
    expect(await send(`GET ${version}/${operation.body.name}?alt=json`)).toEqual(operation);
  });

  it("is nothing after the change of a repository, which is answered with it (G 11.3)", async () => {
    await send(`POST v1/${PARENT}/repositories?repository_id=kept`, repository);
    const name = `${PARENT}/repositories/kept`;

    const changed = await send(`PATCH v1/${name}?updateMask=description`, { description: "new" });

    expect(changed).toMatchObject({ status: 200, body: { name, description: "new" } });
    expect(changed.body).not.toHaveProperty("done");
  });
});
