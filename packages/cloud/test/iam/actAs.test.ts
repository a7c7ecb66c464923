import { startTokenCloud, type TokenCloud } from "./tokenCloud.ts";

/* Who sets a token, or what a service runs as, must be allowed to act as that account: G 4.2. */

let cloud: TokenCloud;
let invoker: string;
let deployer: string;
let token: string;
let queue: string;
let job: string;

beforeEach(async () => {
  cloud = await startTokenCloud();
  invoker = await cloud.account("invoker");
  deployer = await cloud.account("deployer");
  token = await cloud.accessToken(deployer);
  await cloud.bind(`/v1/projects/${cloud.project}`, {
    "roles/cloudtasks.admin": deployer,
    "roles/cloudscheduler.admin": deployer,
    "roles/run.admin": deployer,
  });
  queue = `${cloud.location}/queues/email`;
  job = `${cloud.location}/jobs/nightly`;
  await cloud.call(`POST /v2/${cloud.location}/queues`, { name: queue });
  await cloud.call(`POST /v1/${cloud.location}/jobs`, {
    name: job,
    schedule: "0 0 * * *",
    httpTarget: { uri: "https://worker.example/" },
  });
});
afterEach(() => cloud.stop());

const oidcToken = (account: string) => ({
  serviceAccountEmail: account,
  audience: "https://worker.example",
});
const oauthToken = (account: string) => ({
  serviceAccountEmail: account,
  scope: "https://www.googleapis.com/auth/cloud-platform",
});
const url = "https://worker.example/";

type Calls = Readonly<Record<string, (account: string) => [request: string, body: object]>>;

/** The calls that set a token, by their names. */
const CALLS: Calls = {
  "CreateTask with an ID token": (account) => [
    `POST /v2/${queue}/tasks`,
    { task: { httpRequest: { url, oidcToken: oidcToken(account) } } },
  ],
  "CreateTask with an access token": (account) => [
    `POST /v2/${queue}/tasks`,
    { task: { httpRequest: { url, oauthToken: oauthToken(account) } } },
  ],
  CreateQueue: (account) => [
    `POST /v2/${cloud.location}/queues`,
    { name: `${cloud.location}/queues/other`, httpTarget: { oidcToken: oidcToken(account) } },
  ],
  UpdateQueue: (account) => [
    `PATCH /v2/${queue}?updateMask=httpTarget`,
    { httpTarget: { oauthToken: oauthToken(account) } },
  ],
  "UpdateQueue of a queue that it makes": (account) => [
    `PATCH /v2/${cloud.location}/queues/other`,
    { httpTarget: { oidcToken: oidcToken(account) } },
  ],
  CreateJob: (account) => [
    `POST /v1/${cloud.location}/jobs`,
    { schedule: "0 0 * * *", httpTarget: { uri: url, oidcToken: oidcToken(account) } },
  ],
  UpdateJob: (account) => [
    `PATCH /v1/${job}`,
    { schedule: "0 0 * * *", httpTarget: { uri: url, oauthToken: oauthToken(account) } },
  ],
};
/** And the one that says what a service runs as. */
const ALL: Calls = {
  ...CALLS,
  CreateService: (account) => [
    `POST /v2/${cloud.location}/services?serviceId=worker`,
    { template: { serviceAccount: account, containers: [{ image: "a.example/p/i" }] } },
  ],
};

const refusalOf = (account: string) => ({
  status: 403,
  body: {
    error: {
      code: 403,
      message: `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${account}" (or the resource may not exist).`,
      status: "PERMISSION_DENIED",
    },
  },
});

describe("Without actAs on the account (G 4.2)", () => {
  it.each(Object.keys(ALL))("%s is refused, and changes nothing", async (name) => {
    const [request, body] = ALL[name]!(invoker);
    const state = async () => [
      (await cloud.call(`GET /v2/${cloud.location}/queues`)).body,
      (await cloud.call(`GET /v2/${queue}/tasks`)).body,
      (await cloud.call(`GET /v1/${cloud.location}/jobs`)).body,
      (await cloud.call(`GET /v2/${cloud.location}/services`)).body,
    ];
    const before = await state();

    expect(await cloud.call(request, body, token)).toEqual(refusalOf(invoker));
    expect(await state()).toEqual(before);
  });

  it.each(Object.keys(ALL))("%s is refused to the account itself as well", async (name) => {
    const [request, body] = ALL[name]!(deployer);

    expect(await cloud.call(request, body, token)).toEqual(refusalOf(deployer));
  });

  // It is not told whether there is such an account (G 4.1).
  it.each(Object.keys(ALL))("%s is refused for an account of another project", async (name) => {
    const account = "invoker@other-project.iam.gserviceaccount.com";
    const [request, body] = ALL[name]!(account);

    expect(await cloud.call(request, body)).toEqual(refusalOf(account));
  });

  it("nothing is refused that sets no token, or changes another field", async () => {
    await cloud.call(`PATCH /v2/${queue}`, { httpTarget: { oidcToken: oidcToken(invoker) } });
    await cloud.call(`PATCH /v1/${job}?updateMask=httpTarget`, {
      httpTarget: { uri: url, oidcToken: oidcToken(invoker) },
    });

    const replies = [
      await cloud.call(`POST /v2/${queue}/tasks`, { task: { httpRequest: { url } } }, token),
      await cloud.call(`PATCH /v2/${queue}?updateMask=rateLimits`, {}, token),
      await cloud.call(`PATCH /v1/${job}?updateMask=description`, { description: "a" }, token),
      await cloud.call(`POST /v1/${job}:pause`, {}, token),
      await cloud.call(`POST /v1/${job}:run`, {}, token),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});

describe("With actAs on the account (G 4.2)", () => {
  it.each(Object.keys(CALLS))("%s is done, though the account may call nothing", async (name) => {
    const account = `/v1/projects/${cloud.project}/serviceAccounts/${invoker}`;
    await cloud.bind(account, { "roles/iam.serviceAccountUser": deployer });
    const [request, body] = CALLS[name]!(invoker);

    expect(await cloud.call(request, body, token)).toMatchObject({ status: 200 });
  });
});

describe("A service agent (G 4.2)", () => {
  it.each(Object.keys(CALLS))("is no account to act as: %s", async (name) => {
    const agent = "service-123456789012@gcp-sa-cloudtasks.iam.gserviceaccount.com";
    const [request, body] = CALLS[name]!(agent);

    expect(await cloud.call(request, body)).toEqual(refusalOf(agent));
  });
});
