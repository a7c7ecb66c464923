import type { LogRecord } from "../../api/logs.ts";
import { INVOKER, server, startLocalRun, until, WORKER, type LocalRun } from "./localRun.ts";

const SERVICE = "projects/p/locations/europe-west1/services/worker";
const REQUESTS = "run.googleapis.com/requests";
const ANSWER = server(
  `(r, s) => {
    console.log(JSON.stringify({ severity: "INFO", message: r.url }));
    console.error("on stderr");
    if (r.url === "/gone") require("node:fs").writeFileSync("gone", "");
    if (r.url === "/crash" || r.url === "/gone") process.exit(1);
    s.writeHead(r.url === "/fail" ? 500 : 200).end("hello");
  }`,
  'if (require("node:fs").existsSync("gone")) process.exit(1);',
);

let local: LocalRun;
let logged: LogRecord[];
let measured: unknown[][];
let authorization: string;

beforeAll(async () => {
  logged = [];
  measured = [];
  local = await startLocalRun({
    writeLog: (record) => logged.push(record),
    meter: { catchUp: () => undefined, request: (...args) => measured.push(args) },
  });
  await local.deploy(ANSWER, {}, { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" });
  local.iam.policies.set(SERVICE, {
    bindings: [{ role: "roles/run.invoker", members: [`serviceAccount:${INVOKER}`] }],
  });
  const { uri } = await local.call("GetService", WORKER);
  authorization = `Bearer ${await local.iam.authority.idToken(INVOKER, uri)}`;
});
afterAll(() => local[Symbol.asyncDispose]());
beforeEach(() => {
  logged.length = 0;
  measured.length = 0;
});

const entries = (log: string) =>
  logged.filter((one) => one.log === log).map(({ fields }) => fields());

// google-cloud.md 8.3
describe("The logs of a service (G 8.3)", () => {
  it("have a request, its size, status, latency and trace", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const headers = { authorization, "User-Agent": "Google-Cloud-Tasks", traceparent };
    await local.ask({ path: "/a?b=c", method: "POST", body: "12345", headers });

    const [request] = entries(REQUESTS);
    expect(request).toEqual({
      resource: {
        type: "cloud_run_revision",
        labels: {
          project_id: "p",
          location: "europe-west1",
          service_name: "worker",
          configuration_name: "worker",
          revision_name: expect.stringMatching(/^worker-00001-/),
        },
      },
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      severity: "INFO",
      trace: "projects/p/traces/4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: "00f067aa0ba902b7",
      httpRequest: {
        requestMethod: "POST",
        requestUrl: expect.stringMatching(/^https:\/\/worker-.*\.run\.app\/a\?b=c$/),
        requestSize: "5",
        status: 200,
        responseSize: "5",
        userAgent: "Google-Cloud-Tasks",
        remoteIp: "127.0.0.1",
        protocol: "HTTP/1.1",
        latency: expect.stringMatching(/^\d+(?:\.\d+)?s$/),
      },
    });
    const revision = request!.resource.labels["revision_name"];
    expect(measured).toEqual([[SERVICE, revision, 200, expect.any(Number)]]);
  });

  it("have a request that was refused, and why, which no metric counts", async () => {
    await local.ask({ path: "/refused" });
    await local.ask({ headers: { authorization: "Bearer abc" } });
    await local.ask({ origin: { internal: false } });

    expect(entries(REQUESTS)).toMatchObject(
      [
        { severity: "WARNING", textPayload: /^The request was not authenticated\./, status: 403 },
        { severity: "WARNING", textPayload: /^The request was not authorized/, status: 401 },
        { severity: "WARNING", textPayload: /^The ingress of/, status: 404 },
      ].map(({ textPayload, status, ...entry }) => ({
        ...entry,
        textPayload: expect.stringMatching(textPayload),
        httpRequest: { status },
      })),
    );
    expect(measured).toEqual([]);
  });

  it("have an answer of 500 as an error, and count an instance that gave none as 503", async () => {
    await local.ask({ path: "/fail", headers: { authorization } });
    await local.ask({ path: "/crash", headers: { authorization } });

    expect(entries(REQUESTS)).toMatchObject([
      { severity: "ERROR", httpRequest: { status: 500 } },
      { severity: "ERROR", httpRequest: { status: 503 } },
    ]);
    expect(measured.map(([, , status]) => status)).toEqual([500, 503]);
  });

  it("have the lines of its containers, by the stream they were written to", async () => {
    await local.ask({ path: "/line", headers: { authorization } });
    const [out, err] = ["run.googleapis.com/stdout", "run.googleapis.com/stderr"] as const;
    await until(() => entries(out).length > 0 && entries(err).length > 0);

    expect(entries(out)).toMatchObject([
      {
        resource: { type: "cloud_run_revision", labels: { service_name: "worker" } },
        severity: "INFO",
        jsonPayload: { message: "/line" },
      },
    ]);
    expect(entries(err)).toMatchObject([{ textPayload: "on stderr" }]);
  });

  it("have a request for which no instance starts, which no metric counts", async () => {
    // From here on, the service does not start any more.
    await local.ask({ path: "/gone", headers: { authorization } });
    await until(() => local.seen("instance").some(({ state }) => state === "crashed"));
    logged.length = measured.length = 0;

    await local.ask({ path: "/late", headers: { authorization } });

    expect(entries(REQUESTS)).toMatchObject([
      {
        severity: "ERROR",
        textPayload: expect.stringMatching(/^No instance could be started/),
        httpRequest: { status: 503 },
      },
    ]);
    expect(measured).toEqual([]);
  });

  it("have nothing of a host that is no service's", async () => {
    await local.ask({ host: "other.a.run.app" });

    expect(logged).toEqual([]);
  });
});
