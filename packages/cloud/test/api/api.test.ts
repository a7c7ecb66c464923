import { GoogleError } from "../../api/googleError.ts";
import type { Call, Method } from "../../api/method.ts";
import type { NetworkRequest } from "../../network/network.ts";
import { NotEmulatedError } from "../../api/notEmulated.ts";
import { authorityRefusing, localApi } from "../support/localApi.ts";

/** A method that answers with what it was called with. */
const echo: Method = {
  name: "Echo",
  service: "google.test.v1.Things",
  http: "POST /v1/things/{thing}:echo",
  permission: ["test.things.echo", ({ params }) => `things/${params["thing"] ?? ""}`],
  query: ["x", "pageSize", "options.requestedPolicyVersion"],
  handle: ({ params, query, body, member }: Call) => ({
    params,
    query: Object.fromEntries(query),
    ...(body !== undefined && { body }),
    member,
  }),
};

function failing(error: unknown): Method {
  return {
    name: "Fail",
    service: "google.test.v1.Things",
    http: "GET /v1/things/{thing}",
    query: ["secret"],
    handle: () => {
      throw error;
    },
  };
}

describe("the API", () => {
  it("calls the method of a path with its variables, query, body and caller", async () => {
    const { call } = localApi([echo]);

    const reply = await call(
      "POST /v1/things/a%20b:echo?x=1",
      { n: [1] },
      { authorization: "Bearer me" },
    );

    expect(reply).toEqual({
      status: 200,
      body: {
        params: { thing: "a b" },
        query: { x: "1" },
        body: { n: [1] },
        member: "serviceAccount:me",
      },
    });
  });

  it("takes a caller on this machine without a token for the owner", async () => {
    const { ok } = localApi([echo]);

    expect(await ok("POST /v1/things/a:echo")).toMatchObject({ member: "user:owner" });
  });

  it("answers as JSON that no browser may read as anything else", async () => {
    const { api } = localApi([echo]);

    const { headers } = await api.answer({
      method: "POST",
      target: "/v1/things/a:echo",
      address: "",
      headers: {},
      body: undefined,
    });

    expect(headers).toEqual({
      "content-type": "application/json; charset=UTF-8",
      "cache-control": "private",
      "x-content-type-options": "nosniff",
    });
  });

  it("refuses a caller without the permission, in the form of Google's errors", async () => {
    const authority = authorityRefusing(["test.things.echo things/a"]);
    const { call } = localApi([echo], { authority });

    expect(await call("POST /v1/things/a:echo")).toEqual({
      status: 403,
      body: {
        error: {
          code: 403,
          message: 'lacks "test.things.echo" for "things/a"',
          status: "PERMISSION_DENIED",
        },
      },
    });
    expect(await call("POST /v1/things/b:echo")).toMatchObject({ status: 200 });
  });

  it("answers with the fields that are asked for", async () => {
    const { ok } = localApi([echo]);

    expect(await ok("POST /v1/things/a:echo?fields=params(thing),member")).toEqual({
      params: { thing: "a" },
      member: "user:owner",
    });
    expect(await ok("POST /v1/things/a:echo?$fields=member")).toEqual({ member: "user:owner" });
  });

  it("does nothing where the fields that are asked for are no selection", async () => {
    const { refusal } = localApi([failing(new Error("called"))]);

    expect(await refusal(`GET /v1/things/a?fields=${"queues(".repeat(1000)}`)).toMatchObject({
      code: 400,
      status: "INVALID_ARGUMENT",
      message: expect.stringMatching(/^Invalid field selection queues\(/),
    });
  });

  it("refuses a token that is no longer good", async () => {
    const { call } = localApi([echo]);

    const reply = await call("POST /v1/things/a:echo", undefined, {
      authorization: "Bearer expired",
    });

    expect(reply).toMatchObject({ status: 401, body: { error: { status: "UNAUTHENTICATED" } } });
  });

  it("answers what a method throws, with its details", async () => {
    const { refusal } = localApi([failing(new GoogleError("ABORTED", "Etag.", [{ a: 1 }]))]);

    expect(await refusal("GET /v1/things/a")).toEqual({
      code: 409,
      message: "Etag.",
      status: "ABORTED",
      details: [{ a: 1 }],
    });
  });

  it("answers INTERNAL for what no method is meant to throw, and reports it", async () => {
    const { refusal, unexpected } = localApi([failing(new TypeError("x is not a function"))]);

    expect(await refusal("GET /v1/things/a?secret=1")).toEqual({
      code: 500,
      message: "Internal error encountered.",
      status: "INTERNAL",
    });
    expect(unexpected).toEqual(["GET /v1/things/a: TypeError: x is not a function"]);
  });

  it.each(["{", '{"a":}', "nonsense", '{"a":1}x'])("rejects the body %s", async (text) => {
    const { api } = localApi([echo]);

    const reply = await api.answer({
      method: "POST",
      target: "/v1/things/a:echo",
      address: "",
      headers: {},
      body: Buffer.from(text),
    });

    const { error } = JSON.parse(Buffer.from(reply.body).toString());
    expect([reply.status, error.status]).toEqual([400, "INVALID_ARGUMENT"]);
    expect(error.message).toMatch(/^Invalid JSON payload received\. ./);
  });

  it("answers 404 for what is not there", async () => {
    const { refusal, record } = localApi([echo]);
    const notEmulated = record("notEmulated");

    expect(await refusal("GET /nothing/here")).toEqual({
      code: 404,
      message: "Method not found.",
      status: "NOT_FOUND",
    });
    expect(notEmulated).toEqual([]);
  });

  it("answers 501 for a method of Google's that is not emulated, and tells of it", async () => {
    const { refusal, record } = localApi([echo]);
    const notEmulated = record("notEmulated");

    expect(await refusal("POST /v1/things/a:melt?x=1")).toEqual({
      code: 501,
      message: "'POST /v1/things/a:melt' is not emulated locally.",
      status: "UNIMPLEMENTED",
    });
    expect(notEmulated).toEqual([{ what: "POST /v1/things/a:melt" }]);
  });

  it.each([
    "alt=json",
    "$alt=json;enum-encoding=int",
    "$alt=json%3Benum-encoding%3Dint",
    "prettyPrint=false",
    "$prettyPrint=false",
    "pretty_print=false",
    "access_token=a&oauth_token=b&key=c&quotaUser=d&quota_user=e&callback=f",
    "uploadType=media&upload_protocol=raw&userProject=p&$.xgafv=2",
  ])("accepts ?%s", async (query) => {
    const { call } = localApi([echo]);

    expect(await call(`POST /v1/things/a:echo?${query}`)).toMatchObject({ status: 200 });
  });

  it("says in the log that it answers in no other format than JSON", async () => {
    const { refusal, record } = localApi([echo]);
    const notEmulated = record("notEmulated");

    expect(await refusal("POST /v1/things/a:echo?alt=proto")).toEqual({
      code: 501,
      message: "'alt=proto' is not emulated locally. Ask for 'json'.",
      status: "UNIMPLEMENTED",
    });
    expect(notEmulated).toEqual([{ what: "alt=proto" }]);
  });

  it("tells once of a feature that a method refuses as not emulated", async () => {
    const { refusal, record, unexpected } = localApi([
      failing(new NotEmulatedError("Thing.wings", "Walk.")),
    ]);
    const notEmulated = record("notEmulated");

    expect(await refusal("GET /v1/things/a")).toEqual({
      code: 501,
      message: "'Thing.wings' is not emulated locally. Walk.",
      status: "UNIMPLEMENTED",
    });
    expect([notEmulated, unexpected]).toEqual([[{ what: "Thing.wings" }], []]);
  });

  it("does not take every UNIMPLEMENTED for one of its own", async () => {
    const { refusal, record } = localApi([failing(new GoogleError("UNIMPLEMENTED", "A fault."))]);
    const notEmulated = record("notEmulated");

    expect(await refusal("GET /v1/things/a")).toMatchObject({ code: 501 });
    expect(notEmulated).toEqual([]);
  });

  it("takes the parameters of a method in camel case and in snake case", async () => {
    const { ok } = localApi([echo]);

    expect(
      await ok("POST /v1/things/a:echo?page_size=2&options.requested_policy_version=3"),
    ).toMatchObject({ query: { pageSize: "2", "options.requestedPolicyVersion": "3" } });
  });

  it("refuses every parameter that a method does not have, as Google does", async () => {
    const { refusal } = localApi([echo]);
    const unknown = (name: string): string =>
      `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`;

    expect(await refusal("POST /v1/things/a:echo?foo=1&x=1&pagesize=2&foo=3")).toEqual({
      code: 400,
      message: `${unknown("foo")}\n${unknown("pagesize")}`,
      status: "INVALID_ARGUMENT",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.BadRequest",
          fieldViolations: [{ description: unknown("foo") }, { description: unknown("pagesize") }],
        },
      ],
    });
  });

  it("answers the fields that are asked for", async () => {
    const { ok } = localApi([echo]);

    for (const name of ["fields", "$fields"]) {
      expect(await ok(`POST /v1/things/a:echo?${name}=params/thing`)).toEqual({
        params: { thing: "a" },
      });
    }
  });
});

describe("the API's plain routes", () => {
  it("give the public keys of ID tokens, and where they are", async () => {
    const { ok } = localApi([]);

    expect(await ok("GET /oauth2/v3/certs")).toEqual({ keys: [{ kid: "a-key" }] });
    expect(await ok("GET /oauth2/v1/certs")).toEqual({ "a-key": "a certificate" });
    expect(await ok("GET /.well-known/openid-configuration")).toMatchObject({
      issuer: "https://issuer.example",
      jwks_uri: "http://127.0.0.1:8123/oauth2/v3/certs",
    });
  });

  it.each([
    "GET /oauth2/v1/userinfo",
    "GET /oauth2/v3/tokeninfo?id_token=a",
    "POST /oauth2/v1/certs",
    "GET /robot/v1/metadata/x509/a@demo.iam.gserviceaccount.com",
    "POST /token",
    "GET /tokeninfo",
  ])("are all there is of sign-in (G 4.3): %s is not emulated, and told of", async (request) => {
    const { refusal, record } = localApi([]);
    const notEmulated = record("notEmulated");
    const [what] = request.split("?");

    expect(await refusal(request)).toMatchObject({ code: 501, status: "UNIMPLEMENTED" });
    expect(notEmulated).toEqual([{ what }]);
  });

  it("give the owner's token to whoever asks as of a metadata server", async () => {
    const { call } = localApi([]);
    const path = "GET /computeMetadata/v1/instance/service-accounts/default/token";
    const flavor = { "metadata-flavor": "Google" };

    const reply = await call(path, undefined, flavor);

    expect(reply.body).toEqual({
      access_token: "owner-token",
      expires_in: 3600,
      token_type: "Bearer",
    });
    expect(await call(path)).toMatchObject({ status: 403 });
    expect(await call(path, undefined, { ...flavor, "x-forwarded-for": "10.0.0.1" })).toMatchObject(
      { status: 403 },
    );
  });

  it("give what the local cloud says of itself", async () => {
    const { ok, call } = localApi([], {
      controlRoutes: {
        "GET /local/v1/outputs": () => ({ workerUrl: "https://a.run.app" }),
        "POST /local/v1/apply": async (body) => ({ body }),
      },
    });

    expect(await ok("GET /local/v1/outputs?x=1")).toEqual({ workerUrl: "https://a.run.app" });
    expect(await ok("POST /local/v1/apply", { a: 1 })).toEqual({ body: { a: 1 } });
    expect(await call("POST /local/v1/outputs")).toMatchObject({ status: 404 });
  });
});

describe("the API, called from the network inside", () => {
  const request = (headers: Record<string, string>): NetworkRequest => ({
    method: "POST",
    url: new URL("https://things.googleapis.com/v1/things/a:echo?x=1"),
    headers,
    body: Buffer.from('{"n":1}'),
    origin: { internal: true, project: "demo" },
    signal: new AbortController().signal,
  });

  it("answers a caller by its token", async () => {
    const { api } = localApi([echo]);

    const reply = await api.handle(request({ Authorization: "Bearer me" }));

    expect(JSON.parse(Buffer.from(reply.body).toString())).toEqual({
      params: { thing: "a" },
      query: { x: "1" },
      body: { n: 1 },
      member: "serviceAccount:me",
    });
  });

  it("answers 401 without a token: nobody there is the owner", async () => {
    const { api } = localApi([echo]);

    const reply = await api.handle(request({}));

    const { error } = JSON.parse(Buffer.from(reply.body).toString());
    expect([reply.status, error.status]).toEqual([401, "UNAUTHENTICATED"]);
    expect(error.message).toMatch(/^Request is missing required authentication credential\./);
  });
});
