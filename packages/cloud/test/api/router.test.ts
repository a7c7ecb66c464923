import type { Method } from "../../api/method.ts";
import { createRouter } from "../../api/router.ts";

function method(http: string, name = http): Method {
  return { name, service: "google.test.v1.Things", http, handle: () => ({}) };
}

const find = createRouter([
  method("GET /v2/projects/{project}/locations/{location}/queues"),
  method("POST /v2/projects/{project}/locations/{location}/queues"),
  method("GET /v2/projects/{project}/locations/{location}/queues/{queue}"),
  method("POST /v2/projects/{project}/locations/{location}/queues/{queue}:pause"),
  method("POST /v2/projects/{project}/locations/{location}/queues/{queue}/tasks"),
  method("POST /v1/projects/{project}/services:batchEnable"),
  method("POST /v1/projects/{project}/services/{service}:enable"),
  method("GET /v1/projects/{project}"),
  method("POST /v1/projects/{project}:getIamPolicy"),
  method("GET /v1/projects/special/{thing}"),
  method("GET /v2/projects/{project}/metrics/{metric=**}"),
  method("GET /v1/b/{bucket}/caches/"),
]);

const QUEUES = "/v2/projects/demo/locations/europe-west1/queues";

describe("the router", () => {
  it.each([
    {
      request: `POST ${QUEUES}/email:pause`,
      http: "POST /v2/projects/{project}/locations/{location}/queues/{queue}:pause",
      params: { project: "demo", location: "europe-west1", queue: "email" },
    },
    {
      request: `GET ${QUEUES}/email`,
      http: "GET /v2/projects/{project}/locations/{location}/queues/{queue}",
      params: { project: "demo", location: "europe-west1", queue: "email" },
    },
    {
      request: "POST /v1/projects/demo/services:batchEnable",
      http: "POST /v1/projects/{project}/services:batchEnable",
      params: { project: "demo" },
    },
    {
      request: "POST /v1/projects/demo/services/run.googleapis.com:enable",
      http: "POST /v1/projects/{project}/services/{service}:enable",
      params: { project: "demo", service: "run.googleapis.com" },
    },
    {
      request: "POST /v1/projects/example.com:demo:getIamPolicy",
      http: "POST /v1/projects/{project}:getIamPolicy",
      params: { project: "example.com:demo" },
    },
    {
      request: "GET /v1/projects/special/a%20b",
      http: "GET /v1/projects/special/{thing}",
      params: { thing: "a b" },
    },
    {
      request: "GET /v1/projects/special",
      http: "GET /v1/projects/{project}",
      params: { project: "special" },
    },
    {
      request: "GET /v2/projects/demo/metrics/a%2Fb",
      http: "GET /v2/projects/{project}/metrics/{metric=**}",
      params: { project: "demo", metric: "a/b" },
    },
    { request: "GET /v1/b/x/caches/", http: "GET /v1/b/{bucket}/caches/", params: { bucket: "x" } },
  ])("finds $request", ({ request, http, params }) => {
    const [verb = "", path = ""] = request.split(" ");

    const found = find(verb, path);

    expect(found).toEqual({ method: expect.objectContaining({ http }), params });
  });

  it.each([
    ["another verb of a path that is there", `DELETE ${QUEUES}/email`],
    ["another verb of a custom method", `GET ${QUEUES}/email:pause`],
    ["a path that is nobody's", "GET /robots.txt"],
    ["a version that no service has", "GET /v9/projects/demo"],
    ["the root", "GET /"],
    ["a slash behind percent signs", `GET ${QUEUES}/a%2Ftasks%2Fb`],
    ["dots", `GET ${QUEUES}/..`],
    ["dots behind percent signs", `POST ${QUEUES}/%2e%2e:pause`],
    ["an empty segment", `GET ${QUEUES}/`],
    ["a control character", `GET ${QUEUES}/a%00`],
    ["a broken encoding", `GET ${QUEUES}/%E0%A4%A`],
    ["encoded literals", "GET /v1/%70rojects/demo"],
    ["a name from Object.prototype", "GET /constructor"],
  ])("does not know %s", (_what, request) => {
    const [verb = "", path = ""] = request.split(" ");

    expect(find(verb, path)).toEqual({ missing: "unknown" });
  });

  it.each([
    `POST ${QUEUES}/email:explode`,
    `GET ${QUEUES}/email/leases`,
    "GET /v2/projects/demo/locations/europe-west1/cmekConfig",
    "POST /v1/projects/demo/topics",
  ])("says that %s is Google's and not emulated", (request) => {
    const [verb = "", path = ""] = request.split(" ");

    expect(find(verb, path)).toEqual({ missing: "notEmulated" });
  });

  it("tells a refused verb of a path that is emulated from one that nobody has", () => {
    const refused = { name: "Melt", service: "google.test.v1.Things", http: "PUT /v1/{thing}" };
    const findOne = createRouter([method("GET /v1/{thing}")], [refused]);

    expect([
      findOne("PUT", "/v1/a"),
      findOne("DELETE", "/v1/a"),
      findOne("PUT", "/v1/%2e"),
    ]).toEqual([{ missing: "notEmulated" }, { missing: "unknown" }, { missing: "unknown" }]);
    expect(findOne("GET", "/v1/a")).toMatchObject({ params: { thing: "a" } });
  });

  it("refuses to have a method both emulated and not", () => {
    const one = method("GET /v1/{name}");

    expect(() => createRouter([one], [{ ...one, http: "GET /v1/{other}" }])).toThrow(
      "'GET /v1/{other}' of google.test.v1.Things is in the place of 'GET /v1/{name}' of google.test.v1.Things.",
    );
  });

  it("refuses two methods in one place, whatever their variables are called", () => {
    const methods = [method("GET /v1/{name}"), method("GET /v1/{other}")];

    expect(() => createRouter(methods)).toThrow(
      "'GET /v1/{other}' of google.test.v1.Things is in the place of 'GET /v1/{name}' of google.test.v1.Things.",
    );
  });
});
