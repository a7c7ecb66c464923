import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { OWNER } from "../../iam/access.ts";
import { START, startLocalIam } from "./localIam.ts";

const UNAUTHENTICATED =
  "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";

describe("A caller of the API", () => {
  it.each([
    { authorization: undefined, says: "without a token" },
    { authorization: "Bearer ya29.somebody-else", says: "with a token that was not minted here" },
    { authorization: "Bearer a.b.c", says: "with something like a JWT" },
  ])("$says is the owner", ({ authorization }) => {
    expect(startLocalIam().authority.identify(authorization)).toBe(OWNER);
  });

  it("with an access token is its account, for an hour", async () => {
    const { account, authority, clock } = startLocalIam();
    const email = await account("runtime");
    const authorization = `Bearer ${authority.accessToken(email)}`;

    await clock.advance(3_599_999);
    expect(authority.identify(authorization)).toBe(`serviceAccount:${email}`);

    await clock.advance(1);
    expect(() => authority.identify(authorization)).toThrow(
      expect.objectContaining({ code: "UNAUTHENTICATED", message: UNAUTHENTICATED }),
    );
  });

  it("with an ID token is refused: the API wants an access token", async () => {
    const { account, authority } = startLocalIam();
    const token = await authority.idToken(await account("runtime"), "https://a.example");

    expect(() => authority.identify(`Bearer ${token}`)).toThrow(
      expect.objectContaining({ code: "UNAUTHENTICATED", message: UNAUTHENTICATED }),
    );
  });
});

describe("An access token", () => {
  it("is handed out again for a minute, so that it is good for nearly an hour", async () => {
    const { account, authority, clock } = startLocalIam();
    const email = await account("runtime");
    const first = authority.accessToken(email);

    await clock.advance(59_999);
    expect(authority.accessToken(email)).toBe(first);
    await clock.advance(1);
    expect(authority.accessToken(email)).not.toBe(first);
  });

  it("is not made for an account that does not exist", () => {
    expect(() => startLocalIam().authority.accessToken("x@p.iam.gserviceaccount.com")).toThrow(
      expect.objectContaining({ code: "NOT_FOUND" }),
    );
  });
});

// google-cloud.md 4.3
describe("An ID token", () => {
  it("has Google's claims, and is signed by the key that is served", async () => {
    const iam = startLocalIam();
    const email = await iam.account("invoker");
    const token = await iam.authority.idToken(email, "https://worker.example");

    const { payload, protectedHeader } = await jwtVerify(
      token,
      createLocalJWKSet(await iam.jwks()),
      { currentDate: new Date(START) },
    );

    const { uniqueId } = await iam.call("GET serviceAccounts/{account}", email);
    expect(protectedHeader).toEqual({ alg: "RS256", kid: expect.any(String), typ: "JWT" });
    expect(payload).toEqual({
      iss: "https://accounts.google.com",
      aud: "https://worker.example",
      sub: uniqueId,
      azp: uniqueId,
      email,
      email_verified: true,
      iat: START / 1000,
      exp: START / 1000 + 3600,
    });
  });

  it("serves a public key and nothing of the private one", async () => {
    const { keys } = await startLocalIam().jwks();

    expect(keys.map((key) => Object.keys(key).sort())).toEqual([
      ["alg", "e", "kid", "kty", "n", "use"],
    ]);
  });

  it("is minted once per account and audience, until five minutes before its end", async () => {
    const { account, authority, clock } = startLocalIam();
    const email = await account("invoker");
    const first = await authority.idToken(email, "a");

    await clock.advance(3_299_999);
    expect(await authority.idToken(email, "a")).toBe(first);
    expect(await authority.idToken(email, "b")).not.toBe(first);
    await clock.advance(1);
    const renewed = await authority.idToken(email, "a");

    expect(decodeJwt(renewed).exp).toBe(START / 1000 + 3300 + 3600);
  });

  it("is verified against its audience and its end", async () => {
    const { account, authority, clock } = startLocalIam();
    const email = await account("invoker");
    const token = await authority.idToken(email, "a");

    expect(await authority.verifyIdToken(token, ["b", "a"])).toMatchObject({ email });
    expect(await authority.verifyIdToken(token, ["b", "c"])).toEqual({
      problem: "The token's audience is 'a'; expected 'b' or 'c'.",
    });
    await clock.advance(3_600_000);
    expect(await authority.verifyIdToken(token, ["a"])).toEqual({
      problem: "The token has expired.",
    });
  });

  it("of another cloud is not good, whatever key it names", async () => {
    const { account, authority, jwks } = startLocalIam();
    const other = startLocalIam();
    const token = await other.authority.idToken(await other.account("invoker"), "a");
    await account("invoker");

    expect(decodeProtectedHeader(token).kid).not.toBe((await jwks()).keys[0]?.kid);
    expect(await authority.verifyIdToken(token, ["a"])).toEqual({
      problem: "The token could not be verified.",
    });
  });

  it("is to be had through the IAM Credentials API", async () => {
    const { account, authority, call } = startLocalIam();
    const email = await account("invoker");

    const { token } = await call("POST serviceAccounts/{account}:generateIdToken", email, {
      audience: "https://worker.example",
      includeEmail: true,
    });

    expect(await authority.verifyIdToken(token, ["https://worker.example"])).toMatchObject({
      email,
    });
  });

  // https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
  it("is for a scope, and for an hour at most", async () => {
    const { account, authority, call } = startLocalIam();
    const email = await account("invoker");
    const generate = (body: object) =>
      call("POST serviceAccounts/{account}:generateAccessToken", email, body as never);
    const scope = ["https://www.googleapis.com/auth/cloud-platform"];

    const { accessToken, expireTime } = await generate({ scope, lifetime: "300s" });

    expect(authority.identify(`Bearer ${accessToken}`)).toBe(`serviceAccount:${email}`);
    expect(expireTime).toBe(new Date(START + 300_000).toISOString());
    await expect(generate({})).rejects.toThrow("The request must have a 'scope'.");
    await expect(generate({ scope, lifetime: "3601s" })).rejects.toThrow(
      "The 'lifetime' 3601s must be more than 0s and at most 3600s.",
    );
    await expect(generate({ scopes: scope })).rejects.toThrow('Unknown name "scopes"');
  });
});
