import { createCloudTasks } from "../../cloudtasks/cloudTasks.ts";
import { Events } from "../../api/events.ts";
import { later } from "../../time/later.ts";
import type { NetworkReply, NetworkRequest } from "../../network/network.ts";
import { followRedirects } from "../../network/redirects.ts";
import { VirtualClock } from "../../time/virtualClock.ts";
import { caller, LOCATION, openAuthority, QUEUE } from "../cloudtasks/tasksCloud.ts";

const START = "https://worker.example/tasks/a?b=c";
const BODY = Buffer.from("hello");

interface Step {
  readonly status: number;
  readonly location?: string | string[];
}

/** Sends a request that is answered with these replies in turn, the last of them from then on. */
async function sendThrough(steps: readonly Step[], request: Partial<NetworkRequest> = {}) {
  const requests: NetworkRequest[] = [];
  const send = followRedirects(async (asked): Promise<NetworkReply> => {
    requests.push(asked);
    const { status, location } = steps[Math.min(requests.length, steps.length) - 1]!;
    return { status, headers: location === undefined ? {} : { location }, body: new Uint8Array() };
  });
  const { status } = await send({
    method: "POST",
    url: new URL(START),
    headers: { "Content-Type": "text/plain", Authorization: "Bearer secret", "X-Own": "1" },
    body: BODY,
    origin: { internal: true, project: "demo" },
    signal: new AbortController().signal,
    ...request,
  });
  return { status, requests, urls: requests.map(({ url }) => url.href) };
}

describe("A redirect of a delivery (G 1.9, 6.2)", () => {
  it.each([301, 302, 303, 307, 308])("by %s has its target's answer for its own", async (code) => {
    const { status, urls } = await sendThrough([
      { status: code, location: "https://other.example/b" },
      { status: 204 },
    ]);

    expect(status).toBe(204);
    expect(urls).toEqual([START, "https://other.example/b"]);
  });

  it.each([
    { location: "/b", url: "https://worker.example/b" },
    { location: "b?x=y", url: "https://worker.example/tasks/b?x=y" },
    { location: "//other.example/b", url: "https://other.example/b" },
  ])("may name its target relative to the redirected: $location", async ({ location, url }) => {
    const { urls } = await sendThrough([{ status: 302, location }, { status: 200 }]);

    expect(urls).toEqual([START, url]);
  });

  it.each([
    { status: 301, method: "POST", becomes: "GET" },
    { status: 302, method: "POST", becomes: "GET" },
    { status: 303, method: "POST", becomes: "GET" },
    { status: 307, method: "POST", becomes: "POST" },
    { status: 308, method: "POST", becomes: "POST" },
    { status: 301, method: "PUT", becomes: "PUT" },
    { status: 302, method: "PATCH", becomes: "PATCH" },
    { status: 303, method: "PUT", becomes: "GET" },
    { status: 303, method: "DELETE", becomes: "GET" },
    { status: 307, method: "DELETE", becomes: "DELETE" },
    { status: 302, method: "HEAD", becomes: "HEAD" },
    { status: 303, method: "HEAD", becomes: "HEAD" },
    { status: 303, method: "GET", becomes: "GET" },
  ])("of $method by $status is a $becomes, with its body or none", async (row) => {
    const { status, method, becomes } = row;

    const { requests } = await sendThrough([{ status, location: "/b" }, { status: 200 }], {
      method,
    });

    const [, second] = requests;
    const kept = method === becomes;
    expect([second?.method, second?.body]).toEqual([becomes, kept ? BODY : undefined]);
    expect(second?.headers).toEqual({
      ...(kept && { "Content-Type": "text/plain" }),
      Authorization: "Bearer secret",
      "X-Own": "1",
    });
  });

  it.each([
    { to: "/b", carried: true },
    { to: "https://worker.example/b", carried: true },
    { to: "https://other.example/b", carried: false },
    { to: "http://worker.example/b", carried: false },
    { to: "https://worker.example:444/b", carried: false },
  ])("to $to carries the token: $carried", async ({ to, carried }) => {
    const { requests } = await sendThrough([{ status: 307, location: to }, { status: 200 }]);

    expect("Authorization" in requests[1]!.headers).toBe(carried);
    expect(requests[1]?.headers["X-Own"]).toBe("1");
  });

  it("carries no token any more once it was elsewhere", async () => {
    const { requests } = await sendThrough([
      { status: 307, location: "https://other.example/" },
      { status: 307, location: START },
      { status: 200 },
    ]);

    expect(requests.map(({ headers }) => headers["Authorization"])).toEqual([
      "Bearer secret",
      undefined,
      undefined,
    ]);
  });

  it("keeps where it came from, and who waits for it", async () => {
    const { requests } = await sendThrough([{ status: 307, location: "/b" }, { status: 200 }]);

    expect(requests[1]?.origin).toBe(requests[0]?.origin);
    expect(requests[1]?.signal).toBe(requests[0]?.signal);
  });

  it("is followed five times, and then an answer like others", async () => {
    const { status, requests } = await sendThrough([{ status: 302, location: "/again" }]);

    expect([status, requests.length]).toEqual([302, 6]);
  });

  it.each<Step>([
    { status: 302 },
    { status: 302, location: "http://[" },
    { status: 302, location: ["/a", "/b"] },
    { status: 300, location: "/b" },
    { status: 304, location: "/b" },
    { status: 200, location: "/b" },
    { status: 404, location: "/b" },
  ])("is none: %j", async (step) => {
    const { status, urls } = await sendThrough([step]);

    expect([status, urls]).toEqual([step.status, [START]]);
  });

  it("is not followed once nobody waits", async () => {
    const abort = new AbortController();
    const urls: string[] = [];
    const send = followRedirects(async ({ url }) => {
      urls.push(url.href);
      abort.abort(new Error("too late"));
      return { status: 302, headers: { location: "/b" }, body: new Uint8Array() };
    });

    const answer = send({
      method: "POST",
      url: new URL(START),
      headers: {},
      origin: { internal: true, project: "demo" },
      signal: abort.signal,
    });

    await expect(answer).rejects.toThrow("too late");
    expect(urls).toEqual([START]);
  });
});

describe("The redirects of a delivery (G 1.9)", () => {
  it("share one dispatch deadline", async () => {
    const clock = new VirtualClock(0);
    const events = new Events();
    const requests: NetworkRequest[] = [];
    const deliveries: unknown[] = [];
    events.on("deliveryFinished", ({ dispatchCount, durationMs, error }) =>
      deliveries.push({ dispatchCount, durationMs, error }),
    );
    // Each hop takes less than the deadline; two of them take more.
    const send = followRedirects(async (request) => {
      requests.push(request);
      await later(clock, 10_000, request.signal);
      return { status: 307, headers: { location: "/b" }, body: new Uint8Array() };
    });
    const authority = openAuthority();
    const options = { project: "demo", region: "europe-west1", clock, events, authority, send };
    const call = caller(createCloudTasks(options).methods);
    const retryConfig = { maxAttempts: 1 };
    await call("CreateQueue", LOCATION, { name: QUEUE, retryConfig });
    await call("CreateTask", QUEUE, {
      task: { httpRequest: { url: START }, dispatchDeadline: "15s" },
    });

    await clock.advance(3_600_000);

    expect(deliveries).toEqual([
      {
        dispatchCount: 1,
        durationMs: 15_000,
        error: "No answer within the dispatch deadline of 15 s.",
      },
    ]);
    expect(requests.map(({ url, signal }) => [url.pathname, signal.aborted])).toEqual([
      ["/tasks/a", true],
      ["/b", true],
    ]);
  });
});
