import type { CloudEvents } from "../../api/events.ts";
import { startLocalCloud, type LocalCloud } from "../../startLocalCloud.ts";
import type { Parsed } from "../support/localApi.ts";
import { sendTo } from "../support/rawHttp.ts";

// The way of a request through the whole local cloud. The service's image is not on this machine: 503 says
// that a request has passed ingress and IAM.
const PASSED = 503;
const INVOKER = "invoker@p.iam.gserviceaccount.com";

let cloud: LocalCloud;
let service: string;
let uri: string;
let urls: string[];

beforeAll(async () => {
  cloud = await startLocalCloud({ clock: "virtual", project: "p" });
  service = `${cloud.location}/services/worker`;
  await call("POST /v1/projects/p/serviceAccounts", { accountId: "invoker" });
  await call("POST /v1/projects/p/serviceAccounts", { accountId: "runtime" });
  const queue = {
    name: `${cloud.location}/queues/email`,
    retryConfig: { maxAttempts: 1 },
  };
  await call(`POST /v2/${cloud.location}/queues`, queue);
});

/** An internal service that the invoker may call. */
beforeEach(async () => {
  await deploy({ ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" });
  ({ uri, urls } = await call(`GET /v2/${service}`));
  await grant(`serviceAccount:${INVOKER}`);
});

afterAll(() => cloud.stop());

/** Calls Google's API, as the owner. */
async function call(request: string, body?: object): Promise<Parsed> {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(cloud.endpoint + path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer: Parsed = await response.json();
  expect([response.status, answer]).toEqual([200, answer]);
  return answer;
}

function deploy(settings: object) {
  const serviceAccount = "runtime@p.iam.gserviceaccount.com";
  const template = { serviceAccount, containers: [{ image: "gcr.io/p/other@sha256:1111" }] };
  return call(`PATCH /v2/${service}?allowMissing=true`, { ...settings, template });
}

function grant(...members: string[]) {
  const policy = { bindings: [{ role: "roles/run.invoker", members }] };
  return call(`POST /v2/${service}:setIamPolicy`, { policy });
}

/** What the service answers a task that is sent to it. */
async function taskTo(url: string, oidcToken?: object): Promise<number> {
  const finished: CloudEvents["deliveryFinished"][] = [];
  const off = cloud.events.on("deliveryFinished", (event) => finished.push(event));
  const httpRequest = { url, ...(oidcToken && { oidcToken }) };
  await call(`POST /v2/${cloud.location}/queues/email/tasks`, { task: { httpRequest } });
  await cloud.idle();
  off();
  expect(finished).toHaveLength(1);
  return finished[0]!.status;
}

const BY_INVOKER = { serviceAccountEmail: INVOKER };

describe("A task for an internal service of its project (G 5.3, 12.1.9)", () => {
  it("is let in at both addresses, with the invoker's token for its own URL (G 4.4)", async () => {
    const statuses = [];
    for (const url of urls) statuses.push(await taskTo(`${url}/tasks/a`, BY_INVOKER));

    expect(statuses).toEqual([PASSED, PASSED]);
    expect(urls).toEqual(["https://worker-123456789012.europe-west1.run.app", uri]);
  });

  it("is let in with the address for an audience, and with no audience of another", async () => {
    expect(await taskTo(`${uri}/x`, { ...BY_INVOKER, audience: uri })).toBe(PASSED);
    expect(await taskTo(`${uri}/x`, { ...BY_INVOKER, audience: "https://a.example" })).toBe(401);
  });

  it("is answered 403 without a token, and without the role", async () => {
    const without = await taskTo(uri);
    await grant();

    expect([without, await taskTo(uri, BY_INVOKER)]).toEqual([403, 403]);
  });

  it("is answered 404 where the default URI is disabled (G 5.1)", async () => {
    await deploy({ ingress: "INGRESS_TRAFFIC_ALL", defaultUriDisabled: true });

    expect(await taskTo(uri, BY_INVOKER)).toBe(404);
  });
});

describe("A run of a schedule for an internal service of its project (G 5.3, 12.1.9)", () => {
  it("is let in", async () => {
    const finished: CloudEvents["jobFinished"][] = [];
    const off = cloud.events.on("jobFinished", (event) => finished.push(event));
    const job = `${cloud.location}/jobs/nightly`;
    await call(`POST /v1/${cloud.location}/jobs`, {
      name: job,
      schedule: "0 3 * * *",
      httpTarget: { uri: `${uri}/x`, oidcToken: { ...BY_INVOKER, audience: uri } },
    });

    await cloud.advance("86400s");
    off();
    await call(`DELETE /v1/${job}`);

    expect(finished.map(({ status }) => status)).toEqual([PASSED]);
  });
});

describe("A caller from outside of an internal service (G 5.3, 12.1.9)", () => {
  it("finds no page, though the service's own invoker it is", async () => {
    const port = Number(new URL(cloud.endpoint).port);
    const { token } = await call(`POST /v1/projects/-/serviceAccounts/${INVOKER}:generateIdToken`, {
      audience: uri,
    });
    const headers = { Host: new URL(uri).host, Authorization: `Bearer ${token}` };

    const { status, text } = await sendTo(port, { path: "/x", headers });
    await deploy({ ingress: "INGRESS_TRAFFIC_ALL" });
    const open = await sendTo(port, { path: "/x", headers });

    expect(status).toBe(404);
    expect(text).toContain("The requested URL <code>/x</code> was not found on this server.");
    expect(open.status).toBe(PASSED);
  });
});
