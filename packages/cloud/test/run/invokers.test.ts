import { decodeJwt } from "jose";
import { VirtualClock } from "../../time/virtualClock.ts";
import { SERVICE, startEchoService, type EchoService } from "./echoService.ts";
import { INVOKER, RUNTIME } from "./localRun.ts";

const clock = new VirtualClock(Date.parse("2026-11-24T12:00:00Z"));
let worker: EchoService;

beforeAll(async () => {
  worker = await startEchoService(clock);
});

beforeEach(() => worker.set());
afterAll(() => worker[Symbol.asyncDispose]());

const ask = (headers: Record<string, string> = {}) => worker.local.ask({ headers });

describe("Who may invoke a service (G 4.4, 5.3, 12.1.10)", () => {
  it("is nobody without an Authorization header: 403", async () => {
    expect((await ask()).status).toBe(403);
    expect(worker.reason()).toContain(
      "The request was not authenticated. Either allow unauthenticated invocations or set the proper Authorization header. Empty Authorization header value.",
    );
  });

  it("is nobody with a token that is malformed, expired or of another signature: 401", async () => {
    const good = await worker.token();
    const other = await worker.token(worker.uri, RUNTIME);
    const forged = `${good.slice(0, good.lastIndexOf("."))}${other.slice(other.lastIndexOf("."))}`;

    const statuses = [];
    for (const authorization of ["Bearer a.b.c", good.replace(/\.[^.]*$/, ""), forged]) {
      statuses.push((await ask({ authorization })).status);
    }
    await clock.advance(3_600_000);
    statuses.push((await ask({ authorization: good })).status);

    expect(statuses).toEqual([401, 401, 401, 401]);
    expect(worker.reason()).toContain("The request was not authorized to invoke this service");
  });

  it("is nobody with an audience that is not the service's: 401, whatever the role", async () => {
    // As seen with cloud-run-proxy, and with an HMAC handler's string.
    expect(await worker.statusFor("demo")).toBe(401);
    expect(await worker.statusFor("32555940559.apps.googleusercontent.com")).toBe(401);
  });

  it("is no account without run.routes.invoke: 403", async () => {
    const { status } = await ask({ authorization: await worker.token(worker.uri, RUNTIME) });

    expect(status).toBe(403);
    expect(worker.reason()).toContain(
      "The request was not authenticated. The IAM principal lacks {run.routes.invoke} permission",
    );
  });

  it("is an account with the role on the project, too", async () => {
    worker.local.iam.policies.set(SERVICE, { bindings: [] });
    worker.local.iam.policies.set("projects/p", {
      bindings: [{ role: "roles/run.invoker", members: [`serviceAccount:${RUNTIME}`] }],
    });

    const { status } = await ask({ authorization: await worker.token(worker.uri, RUNTIME) });
    worker.local.iam.policies.set("projects/p", { bindings: [] });

    expect(status).toBe(200);
  });

  it("is any account, and nobody without one, where allAuthenticatedUsers has the role", async () => {
    worker.grant("allAuthenticatedUsers");

    const known = await ask({ authorization: await worker.token(worker.uri, RUNTIME) });

    expect([known.status, (await ask()).status]).toEqual([200, 403]);
  });

  it.each(["allUsers", "allAuthenticatedUsers"])(
    "is never said of %s by a project: per service only",
    async (member) => {
      const policy = { bindings: [{ role: "roles/run.invoker", members: [member] }] };

      expect(() => worker.local.iam.policies.set("projects/p", policy)).toThrow(
        `'${member}' cannot be a member in the policy of a project. Grant it on the resource itself.`,
      );
      expect((await ask()).status).toBe(403);
    },
  );

  it("is everybody where invokerIamDisabled is set, whatever the token", async () => {
    await worker.set({ invokerIamDisabled: true });

    const answers = await Promise.all([ask(), ask({ authorization: "Bearer abc" })]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe("The audience of a token (G 4.4, 5.4)", () => {
  it("may be either of the service's addresses, with a slash or a path or without", async () => {
    const deterministic = "https://worker-123456789012.europe-west1.run.app";
    const audiences = [worker.uri, deterministic].flatMap((url) => [
      url,
      `${url}/`,
      `${url}/tasks/send-email`,
    ]);

    const statuses = await Promise.all(audiences.map(worker.statusFor));

    expect(statuses).toEqual([200, 200, 200, 200, 200, 200]);
  });

  // google-cloud.md 4.4: UNCONFIRMED, and so a setting.
  it.each(["?a=b", "/tasks/send-email?a=b", "#a", "/x#a"])(
    "may be an address with '%s' only where the settings say so",
    async (end) => {
      await using accepting = await startEchoService(undefined, { acceptQueryInAudience: true });

      expect(await worker.statusFor(worker.uri + end)).toBe(401);
      expect(worker.reason()).toBe(
        `The request was not authorized to invoke this service. The token's audience is '${worker.uri}${end}'; expected 'https://worker-123456789012.europe-west1.run.app' or '${worker.uri}'. It has a query or a fragment, which is refused unless 'settings.acceptQueryInAudience' is set: give the token the service's address for its audience.`,
      );
      expect(await accepting.statusFor(accepting.uri + end)).toBe(200);
    },
  );

  it("may be a custom audience, beside the addresses", async () => {
    const customAudiences = ["https://worker.internal", "https://tasks.example.com"];
    await worker.set({ customAudiences });

    const statuses = await Promise.all([...customAudiences, worker.uri].map(worker.statusFor));

    expect(statuses).toEqual([200, 200, 200]);
  });

  it.each([
    { audience: "a custom domain", of: "https://tasks.example.com" },
    {
      audience: "the address without https",
      of: "http://worker-123456789012.europe-west1.run.app",
    },
    { audience: "the host alone", of: "worker-123456789012.europe-west1.run.app" },
    {
      audience: "a host that begins so",
      of: "https://worker-123456789012.europe-west1.run.app.example.com",
    },
    { audience: "another service", of: "https://other-123456789012.europe-west1.run.app" },
  ])("may not be $audience", async ({ of }) => {
    expect(await worker.statusFor(of)).toBe(401);
  });
});

describe("The token that a container gets (G 5.3, 12.1.11)", () => {
  it("has its claims and no signature, so that it cannot be verified again", async () => {
    const authorization = await worker.token();

    const { headers } = JSON.parse((await ask({ authorization })).body);

    const token = String(headers.authorization).replace("Bearer ", "");
    expect(token.split(".")[2]).toBe("SIGNATURE_REMOVED_BY_GOOGLE");
    expect(decodeJwt(token)).toEqual(decodeJwt(authorization.replace("Bearer ", "")));
    expect(decodeJwt(token)).toMatchObject({ aud: worker.uri, email: INVOKER });
    expect(await worker.local.iam.authority.verifyIdToken(token, [worker.uri])).toEqual({
      problem: "The token could not be verified.",
    });
  });

  it("is that of X-Serverless-Authorization where both are sent, and Authorization is not looked at", async () => {
    const serverless = await worker.token();

    const good = await ask({
      "X-Serverless-Authorization": serverless,
      Authorization: "Bearer the.application's.own",
    });
    const bad = await ask({
      "X-Serverless-Authorization": "Bearer abc",
      Authorization: serverless,
    });

    expect([good.status, bad.status]).toEqual([200, 401]);
    const { headers } = JSON.parse(good.body);
    expect(headers.authorization).toBe("Bearer the.application's.own");
    expect(headers["x-serverless-authorization"]).toBe(
      serverless.replace(/[^.]*$/, "SIGNATURE_REMOVED_BY_GOOGLE"),
    );
  });

  it("is left whole where nobody checked it", async () => {
    await worker.set({ invokerIamDisabled: true });
    const authorization = await worker.token();

    const { headers } = JSON.parse((await ask({ authorization })).body);

    expect(headers.authorization).toBe(authorization);
  });
});
