import { VirtualClock } from "../../time/virtualClock.ts";
import { INVOKER, RUNTIME, server, startLocalRun, WORKER, type LocalRun } from "./localRun.ts";

const SERVICE = "projects/p/locations/europe-west1/services/worker";
const INTERNAL = { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" };
const ECHO = server("(r, s) => s.end(JSON.stringify({ url: r.url, headers: r.headers }))");
const OUTSIDE = { internal: false } as const;

let local: LocalRun;
let uri: string;
const clock = new VirtualClock(Date.parse("2026-11-24T12:00:00Z"));

beforeAll(async () => {
  local = await startLocalRun({ iamClock: clock });
});

afterAll(async () => {
  await local[Symbol.asyncDispose]();
});

/** The service as it was first deployed: internal, and for the invoker only. */
beforeEach(async () => {
  await local.deploy(ECHO, {}, INTERNAL);
  ({ uri } = await local.call("GetService", WORKER));
  grant(`serviceAccount:${INVOKER}`);
  local.seen("refused").length = 0;
});

function grant(...members: string[]): void {
  local.iam.policies.set(SERVICE, { bindings: [{ role: "roles/run.invoker", members }] });
}

async function tokenOf(account: string, audience: string): Promise<string> {
  return `Bearer ${await local.iam.authority.idToken(account, audience)}`;
}

/** Asks with an `Authorization` header. */
function askWith(authorization: string) {
  return local.ask({ headers: { authorization } });
}

// google-cloud.md 5.3
describe("The ingress of an internal service (G 5.3)", () => {
  it.each([
    { caller: "from outside", origin: OUTSIDE },
    { caller: "from another project", origin: { internal: true, project: "other" } as const },
  ])("shows a caller $caller a page that is not found, token or not", async ({ origin }) => {
    const authorization = await tokenOf(INVOKER, uri);

    const { status, headers, body } = await local.ask({
      path: "/a<b",
      origin,
      headers: { authorization },
    });

    expect(status).toBe(404);
    expect(headers["content-type"]).toBe("text/html; charset=UTF-8");
    expect(body).toContain("The requested URL <code>/a%3Cb</code> was not found on this server.");
    expect(local.seen("refused")).toEqual([
      {
        host: new URL(uri).hostname,
        path: "/a%3Cb",
        status: 404,
        reason: `The ingress of '${SERVICE}' is INGRESS_TRAFFIC_INTERNAL_ONLY, and the caller is not internal.`,
      },
    ]);
  });
});

describe("IAM at the front door (G 4.4, 5.3)", () => {
  it("answers 403 where there is no token", async () => {
    const { status, body } = await local.ask({ path: "/tasks/x" });

    expect(status).toBe(403);
    expect(body).toContain("<title>403 Forbidden</title>");
    expect(body).toContain(
      "Your client does not have permission to get URL <code>/tasks/x</code> from this server.",
    );
    expect(local.seen("refused")[0]?.reason).toBe(
      `The request was not authenticated. Either allow unauthenticated invocations or set the proper Authorization header. Empty Authorization header value. 'allUsers' lacks 'run.routes.invoke' on '${SERVICE}'.`,
    );
  });

  it.each([
    {
      token: "that is none",
      authorization: "Bearer abc",
      problem: "The token could not be verified.",
    },
    {
      token: "of another scheme",
      authorization: "Basic YTpi",
      problem: "The Authorization header holds no bearer token.",
    },
  ])("answers 401 to a token $token", async ({ authorization, problem }) => {
    const { status, body, headers } = await askWith(authorization);

    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe("Bearer");
    expect(body).toContain("<h1>Error: Unauthorized</h1>");
    expect(local.seen("refused")[0]?.reason).toBe(
      `The request was not authorized to invoke this service. ${problem}`,
    );
  });

  it("answers 401 to an access token", async () => {
    const token = local.iam.authority.accessToken(INVOKER);

    expect((await askWith(`Bearer ${token}`)).status).toBe(401);
  });

  it("answers 401 to a token whose payload was changed", async () => {
    const [header, , signature] = (await tokenOf(INVOKER, uri)).split(".");
    const payload = Buffer.from(JSON.stringify({ aud: uri, email: INVOKER })).toString("base64url");

    expect((await askWith(`${header}.${payload}.${signature}`)).status).toBe(401);
  });

  it("answers 401 to a token for another audience", async () => {
    const { status } = await askWith(await tokenOf(INVOKER, "https://other.a.run.app"));

    expect(status).toBe(401);
    expect(local.seen("refused")[0]?.reason).toContain(
      "The token's audience is 'https://other.a.run.app'; expected 'https://worker-123456789012.europe-west1.run.app'",
    );
  });

  it("answers 401 to an expired token", async () => {
    const authorization = await tokenOf(INVOKER, uri);
    await clock.advance(3_600_000);

    expect((await askWith(authorization)).status).toBe(401);
    expect(local.seen("refused")[0]?.reason).toContain("The token has expired.");
  });

  it("answers 403 to an account without the role, naming permission and resource", async () => {
    const { status } = await askWith(await tokenOf(RUNTIME, uri));

    expect(status).toBe(403);
    expect(local.seen("refused")[0]?.reason).toBe(
      `The request was not authenticated. The IAM principal lacks {run.routes.invoke} permission: 'serviceAccount:${RUNTIME}' lacks 'run.routes.invoke' on '${SERVICE}'.`,
    );
  });

  it("answers 403 as soon as the role is taken away", async () => {
    const authorization = await tokenOf(INVOKER, uri);
    const before = await askWith(authorization);
    local.iam.policies.set(SERVICE, { bindings: [] });

    expect([before.status, (await askWith(authorization)).status]).toEqual([200, 403]);
  });

  it("takes the service's addresses, with any path, for audiences", async () => {
    const { urls } = await local.call("GetService", WORKER);
    const audiences = [...urls, `${uri}/`, `${uri}/tasks/x`];

    const statuses = await Promise.all(
      audiences.map(async (audience) => (await askWith(await tokenOf(INVOKER, audience))).status),
    );

    expect(statuses).toEqual([200, 200, 200, 200]);
    expect((await askWith(await tokenOf(INVOKER, `${uri}.example.com`))).status).toBe(401);
  });

  it("takes a custom audience to the letter", async () => {
    await local.deploy(ECHO, {}, { ...INTERNAL, customAudiences: ["https://worker.internal"] });

    const exact = await askWith(await tokenOf(INVOKER, "https://worker.internal"));
    const longer = await askWith(await tokenOf(INVOKER, "https://worker.internal/x"));

    expect([exact.status, longer.status]).toEqual([200, 401]);
  });

  it("lets anybody in where allUsers has the role, and where IAM is disabled", async () => {
    grant("allUsers");
    const granted = await local.ask();
    grant();
    await local.deploy(ECHO, {}, { ...INTERNAL, invokerIamDisabled: true });
    const disabled = await askWith("Bearer of the application's own");

    expect([granted.status, disabled.status]).toEqual([200, 200]);
    expect(JSON.parse(disabled.body).headers.authorization).toBe("Bearer of the application's own");
  });
});

describe("A container behind the front door (G 5.2, 5.3)", () => {
  it("gets the token without its signature", async () => {
    const authorization = await tokenOf(INVOKER, uri);

    const { headers } = JSON.parse((await askWith(authorization)).body);

    const [header, payload] = authorization.split(".");
    expect(headers.authorization).toBe(`${header}.${payload}.SIGNATURE_REMOVED_BY_GOOGLE`);
  });

  it("gets its own Authorization whole where the token is in X-Serverless-Authorization", async () => {
    const token = await tokenOf(INVOKER, uri);

    const { body } = await local.ask({
      headers: { Authorization: "Bearer own", "X-Serverless-Authorization": token },
    });

    const { headers } = JSON.parse(body);
    expect(headers.authorization).toBe("Bearer own");
    expect(headers["x-serverless-authorization"]).toMatch(/\.SIGNATURE_REMOVED_BY_GOOGLE$/);
  });

  it("gets the request as it was, with what Google adds and without what is about a connection", async () => {
    const authorization = await tokenOf(INVOKER, uri);

    const { body } = await local.ask({
      path: "/tasks/x?y=%20z",
      headers: {
        authorization,
        "X-Forwarded-For": "10.0.0.1",
        "Keep-Alive": "timeout=1",
        TE: "trailers",
        "X-CloudTasks-TaskName": "t",
      },
    });

    const { url, headers } = JSON.parse(body);
    const { authorization: stripped, traceparent, ...rest } = headers;
    expect(stripped).toMatch(/^Bearer /);
    expect(url).toBe("/tasks/x?y=%20z");
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(rest).toEqual({
      host: new URL(uri).host,
      connection: "keep-alive",
      "x-forwarded-proto": "https",
      "x-forwarded-for": "10.0.0.1, 127.0.0.1",
      "x-cloudtasks-taskname": "t",
    });
  });

  it("keeps the trace of its caller", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const authorization = await tokenOf(INVOKER, uri);

    const { body } = await local.ask({ headers: { authorization, traceparent } });

    expect(JSON.parse(body).headers.traceparent).toBe(traceparent);
  });

  it("has its answer passed on: status, headers and body", async () => {
    const program = server(
      "(r, s) => { s.writeHead(422, { 'x-a': 'b', 'set-cookie': ['c=1', 'd=2'] }); r.pipe(s); }",
    );
    await local.deploy(program, {}, { invokerIamDisabled: true });

    const { status, headers, body } = await local.ask({ method: "POST", body: "12345" });

    expect([status, headers["x-a"], headers["set-cookie"], body]).toEqual([
      422,
      "b",
      ["c=1", "d=2"],
      "12345",
    ]);
    expect(headers).not.toHaveProperty("connection");
    expect(headers).not.toHaveProperty("transfer-encoding");
  });
});

it("The network knows which hosts are services", async () => {
  expect(local.run.serves(new URL(uri).hostname)).toBe(true);
  expect(local.run.serves("worker-123456789012.europe-west1.run.app")).toBe(true);
  expect(local.run.serves("other.a.run.app")).toBe(false);
  expect((await local.ask({ host: "other.a.run.app" })).status).toBe(404);
});

it("tells of no refusal where the caller is gone", async () => {
  const { status } = await local.ask({ origin: OUTSIDE, signal: AbortSignal.abort() });
  expect(status).toBe(404);
  expect(local.seen("refused")).toEqual([]);
});
