import {
  startLocalCloud,
  type HostHandler,
  type LocalCloudOptions,
} from "../../startLocalCloud.ts";

const FROM = "https://from.example/a";
const redirectTo = (location: string, status = 307): HostHandler => {
  return () => ({ status, headers: { location } });
};

/** A cloud whose hosts answer as told, a queue in it, and what it says of its deliveries. */
async function start(from: HostHandler, options: LocalCloudOptions = {}) {
  const requests: string[] = [];
  const cloud = await startLocalCloud({
    ...options,
    clock: "virtual",
    hosts: {
      "from.example": from,
      "to.example": ({ method, headers }) => {
        const retries = headers["X-CloudTasks-TaskRetryCount"] ?? "";
        requests.push(`${method} ${retries} ${headers["Authorization"] ?? "no token"}`);
        return 200;
      },
    },
  });
  const post = async (path: string, body: object): Promise<void> => {
    const response = await fetch(cloud.endpoint + path, {
      method: "POST",
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  };
  const deliveries: string[] = [];
  cloud.events.on("deliveryFinished", ({ dispatchCount, status, error = "", durationMs }) =>
    deliveries.push(`${dispatchCount}: ${status} ${error} after ${durationMs / 1000} s`),
  );
  const queue = `${cloud.location}/queues/email`;
  const account = `invoker@${cloud.project}.iam.gserviceaccount.com`;
  await post(`/v1/projects/${cloud.project}/serviceAccounts`, { accountId: "invoker" });
  await post(`/v2/${cloud.location}/queues`, { name: queue, retryConfig: { maxAttempts: 1 } });
  const createTask = (): Promise<void> =>
    post(`/v2/${queue}/tasks`, {
      task: {
        httpRequest: { url: FROM, oidcToken: { serviceAccountEmail: account } },
        dispatchDeadline: "15s",
      },
    });
  return { ...cloud, post, requests, deliveries, createTask };
}

describe("A delivery that is redirected (G 1.9)", () => {
  it("is one delivery, done where its target says so, and hands on no token", async () => {
    await using cloud = await start(redirectTo("https://to.example/b"));

    await cloud.createTask();
    await cloud.idle();

    expect(cloud.requests).toEqual(["POST 0 no token"]);
    expect(cloud.deliveries).toEqual(["1: 200  after 0 s"]);
  });

  it("fails where its target is a host beyond this machine", async () => {
    await using cloud = await start(redirectTo("https://beyond.example/b"));

    await cloud.createTask();
    await cloud.idle();

    expect(cloud.deliveries).toEqual([
      "1: 0 Host 'beyond.example' is not in the local cloud, which calls nothing beyond this machine. To allow it: --allow-host beyond.example. after 0 s",
    ]);
  });

  it("fails with the redirect where it goes round in circles", async () => {
    await using cloud = await start(redirectTo(FROM, 302));

    await cloud.createTask();
    await cloud.idle();

    expect(cloud.deliveries).toEqual(["1: 302  after 0 s"]);
  });

  it("fails with the redirect where the settings say that none is followed", async () => {
    await using cloud = await start(redirectTo("https://to.example/b"), {
      settings: { followRedirects: false },
    });

    await cloud.createTask();
    await cloud.idle();

    expect([cloud.requests, cloud.deliveries]).toEqual([[], ["1: 307  after 0 s"]]);
  });
});

describe("A job's run that is redirected (G 6.2)", () => {
  it("is followed, whatever the settings of Cloud Tasks say", async () => {
    await using cloud = await start(redirectTo("https://to.example/b", 303), {
      settings: { followRedirects: false },
    });
    await cloud.post(`/v1/${cloud.location}/jobs`, {
      name: `${cloud.location}/jobs/tick`,
      schedule: "0 * * * *",
      httpTarget: { uri: FROM },
    });

    await cloud.advance("3600s");

    expect(cloud.requests).toEqual(["GET  no token"]);
  });
});
