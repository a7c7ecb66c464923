import { createRemoteJWKSet, decodeJwt, jwtVerify, type JWTPayload } from "jose";
import { startTokenCloud, type TokenCloud } from "./tokenCloud.ts";

const START = Date.parse("2026-11-24T12:00:00Z") / 1000;
const HOUR = 3600;

let cloud: TokenCloud;
let invoker: string;
let queue: string;
/** The tokens that the worker was sent. */
let tokens: string[];
let answer: number;

beforeEach(async () => {
  tokens = [];
  answer = 200;
  cloud = await startTokenCloud({
    hosts: {
      "worker.example": ({ headers }) => {
        tokens.push((headers["Authorization"] ?? "").replace("Bearer ", ""));
        return answer;
      },
    },
  });
  invoker = await cloud.account("invoker");
  queue = `${cloud.location}/queues/email`;
});
afterEach(() => cloud.stop());

const createQueue = (fields: object = {}) =>
  cloud.call(`POST /v2/${cloud.location}/queues`, { name: queue, ...fields });
const createTask = (fields: object = {}, url = "https://worker.example/a?b=c") =>
  cloud.call(`POST /v2/${queue}/tasks`, {
    task: {
      httpRequest: { url, oidcToken: { serviceAccountEmail: invoker } },
      ...fields,
    },
  });
const createJob = (fields: object = {}) =>
  cloud.call(`POST /v1/${cloud.location}/jobs`, {
    name: `${cloud.location}/jobs/nightly`,
    schedule: "0 * * * *",
    httpTarget: { uri: "https://worker.example/run", oidcToken: { serviceAccountEmail: invoker } },
    ...fields,
  });
const claims = (): JWTPayload[] => tokens.map((token) => decodeJwt(token));

describe("The token of a delivery (G 4.1)", () => {
  it("is made when the task is dispatched, however long after its creation", async () => {
    await createQueue();
    await createTask({ scheduleTime: "2026-12-20T12:00:00Z" });

    await cloud.idle();

    const iat = START + 26 * 24 * HOUR;
    expect(claims()).toMatchObject([{ iat, exp: iat + HOUR, aud: "https://worker.example/a?b=c" }]);
  });

  it.each([
    "https://Worker.Example",
    "https://worker.example:443/a/../b?c",
    "https://worker.example/%7e",
  ])("has for its audience the URL as it is written: %s", async (url) => {
    await createQueue();
    await createTask({}, url);

    await cloud.idle();

    expect(claims()).toMatchObject([{ aud: url }]);
  });

  it("is made for each delivery, so that none is out of date", async () => {
    answer = 403;
    await createQueue({ retryConfig: { maxAttempts: 3, minBackoff: "3600s" } });
    await createTask();

    await cloud.idle();

    expect(claims().map(({ iat }) => iat)).toEqual([START, START + HOUR, START + 2 * HOUR]);
  });

  it("is made for each run of a job, and each retry of it", async () => {
    answer = 500;
    await createJob({ retryConfig: { retryCount: 1, minBackoffDuration: "1800s" } });

    await cloud.advance("7200s");

    expect(claims()).toMatchObject([
      { iat: START + HOUR, aud: "https://worker.example/run" },
      // It is good for an hour: the same one does for half an hour more.
      { iat: START + HOUR, aud: "https://worker.example/run" },
      { iat: START + 2 * HOUR, aud: "https://worker.example/run" },
    ]);
  });

  it("cannot be made for an account that is deleted meanwhile: the attempt fails unsent", async () => {
    await createJob();
    await cloud.call(`DELETE /v1/projects/${cloud.project}/serviceAccounts/${invoker}`);

    await cloud.advance("3600s");

    expect(tokens).toEqual([]);
    const { body } = await cloud.call(`GET /v1/${cloud.location}/jobs/nightly`);
    expect(body.status.code).toBe(2);
  });

  it("may be an access token, for the whole of Google's APIs", async () => {
    await createQueue();
    await createTask({
      httpRequest: {
        url: "https://worker.example/",
        oauthToken: { serviceAccountEmail: invoker },
      },
    });
    await cloud.bind(`/v2/${queue}`, { "roles/cloudtasks.viewer": invoker });

    await cloud.idle();

    expect(await cloud.call(`GET /v2/${queue}`, undefined, tokens[0])).toMatchObject({
      status: 200,
    });
  });
});

describe("An account without the role to call its target (G 4.2)", () => {
  it("is not noticed before the deliveries, which are refused and made again", async () => {
    answer = 403;
    await createQueue({ retryConfig: { maxAttempts: 3 } });
    const finished: number[] = [];
    cloud.events.on("deliveryFinished", ({ status }) => finished.push(status));

    expect(await createTask()).toMatchObject({ status: 200 });
    expect(await createJob({ retryConfig: { retryCount: 2 } })).toMatchObject({ status: 200 });
    await cloud.advance("3700s");

    expect(finished).toEqual([403, 403, 403]);
    expect(tokens).toHaveLength(6);
    const { body } = await cloud.call(`GET /v1/${cloud.location}/jobs/nightly`);
    expect(body.status.code).toBe(7);
  });
});

describe("A job that calls Google's own API (G 6.2)", () => {
  const callWith = async (token: object) => {
    await createQueue();
    await cloud.call(`POST /v2/${queue}:pause`);
    const body = Buffer.from(
      JSON.stringify({ task: { httpRequest: { url: "https://a.example/" } } }),
    );
    await createJob({
      httpTarget: {
        uri: `https://cloudtasks.googleapis.com/v2/${queue}/tasks`,
        headers: { "Content-Type": "application/json" },
        body: body.toString("base64"),
        ...token,
      },
    });
    await cloud.advance("3600s");
    const job = await cloud.call(`GET /v1/${cloud.location}/jobs/nightly`);
    const { body: list } = await cloud.call(`GET /v2/${queue}/tasks`);
    return { code: job.body.status.code, tasks: list.tasks?.length ?? 0 };
  };

  it("needs an access token, of an account that may", async () => {
    await createQueue();
    await cloud.bind(`/v2/${queue}`, { "roles/cloudtasks.enqueuer": invoker });

    expect(await callWith({ oauthToken: { serviceAccountEmail: invoker } })).toEqual({
      code: undefined,
      tasks: 1,
    });
  });

  it.each([
    { what: "an account that may not", code: 7, kind: "oauthToken" },
    { what: "an ID token", code: 16, kind: "oidcToken" },
  ])("is refused with $what", async ({ code, kind }) => {
    expect(await callWith({ [kind]: { serviceAccountEmail: invoker } })).toEqual({
      code,
      tasks: 0,
    });
  });

  it("is refused without a token", async () => {
    expect(await callWith({})).toEqual({ code: 16, tasks: 0 });
  });
});

describe("An ID token (G 4.3)", () => {
  it("is verified by the issuer, the keys and the claims that discovery leads to", async () => {
    await createQueue();
    await createTask({}, "https://worker.example/");
    await cloud.idle();
    const account = await cloud.call(
      `GET /v1/projects/${cloud.project}/serviceAccounts/${invoker}`,
    );
    const { body: discovery } = await cloud.call("GET /.well-known/openid-configuration");

    const { payload, protectedHeader } = await jwtVerify(
      tokens[0]!,
      createRemoteJWKSet(new URL(discovery.jwks_uri)),
      {
        issuer: discovery.issuer,
        algorithms: discovery.id_token_signing_alg_values_supported,
        currentDate: cloud.now(),
      },
    );

    expect(discovery).toEqual({
      issuer: "https://accounts.google.com",
      jwks_uri: `${cloud.endpoint}/oauth2/v3/certs`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    });
    const { body: jwks } = await cloud.call("GET /oauth2/v3/certs");
    expect(protectedHeader).toEqual({ alg: "RS256", kid: jwks.keys[0].kid, typ: "JWT" });
    const { uniqueId } = account.body;
    expect(uniqueId).toMatch(/^\d{21}$/);
    expect(payload).toEqual({
      iss: "https://accounts.google.com",
      aud: "https://worker.example/",
      azp: uniqueId,
      sub: uniqueId,
      email: invoker,
      email_verified: true,
      iat: START,
      exp: START + HOUR,
    });
  });
});
