import { v1 } from "@google-cloud/scheduler";
import { v2 } from "@google-cloud/tasks";
import { OAuth2Client } from "google-auth-library";
import { LOCATION, startClientCloud, type ClientCloud } from "./clientCloud.ts";

// google-cloud.md 1.1
describe("Google's clients over REST", () => {
  let local: ClientCloud;
  let answers: string[];
  let options: object;

  beforeEach(async () => {
    local = await startClientCloud();
    answers = [];
    const authClient = new OAuth2Client({
      transporterOptions: {
        async fetchImplementation(input: string | URL | Request, init?: RequestInit) {
          const response = await fetch(input, init);
          answers.push(await response.clone().text());
          return response;
        },
      },
    });
    authClient.setCredentials({ access_token: "local-owner" });
    const { port } = local;
    options = { port, protocol: "http", fallback: true, projectId: "demo", authClient };
  });
  afterEach(async () => {
    await local[Symbol.asyncDispose]();
  });

  it("get enums as numbers, as they ask for them, and read them as names", async () => {
    const tasks = new v2.CloudTasksClient({ apiEndpoint: "127.0.0.1", ...options });
    const scheduler = new v1.CloudSchedulerClient({ apiEndpoint: "127.0.0.1", ...options });
    const parent = LOCATION;
    const name = `${parent}/queues/email`;

    await tasks.createQueue({ parent, queue: { name } });
    const [paused] = await tasks.pauseQueue({ name });
    const httpRequest = { url: local.workerUrl, httpMethod: "PATCH" } as const;
    const [task] = await tasks.createTask({ parent: name, task: { httpRequest } });
    const [job] = await scheduler.createJob({
      parent,
      job: { schedule: "0 3 * * *", httpTarget: { uri: local.workerUrl, httpMethod: "PUT" } },
    });

    expect([paused.state, task.httpRequest?.httpMethod, task.view]).toEqual([
      "PAUSED",
      "PATCH",
      "BASIC",
    ]);
    expect([job.state, job.httpTarget?.httpMethod]).toEqual(["ENABLED", "PUT"]);
    expect(answers.map((text) => JSON.parse(text))).toMatchObject([
      { state: 1 },
      { state: 2 },
      { httpRequest: { httpMethod: 6 }, view: 1 },
      { state: 1, httpTarget: { httpMethod: 4 } },
    ]);
    await Promise.all([tasks.close(), scheduler.close()]);
  });
});
