import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { nextRuns } from "../../start/nextRuns.ts";

const JOBS: Readonly<Record<string, object>> = {
  "/v1/jobs/daily": {
    state: "ENABLED",
    timeZone: "Europe/Berlin",
    scheduleTime: "2026-11-27T07:00:00Z",
  },
  "/v1/jobs/paused": {
    state: "PAUSED",
    timeZone: "Europe/Berlin",
    scheduleTime: "2026-11-27T07:00:00Z",
  },
};

let server: Server;
let endpoint: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.end(JSON.stringify(JOBS[request.url!]));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

describe("The next runs of schedules", () => {
  it("are told in the schedule's time zone, in the order of the schedules", async () => {
    expect(await nextRuns({ b: "jobs/daily", a: "jobs/paused" }, endpoint)).toEqual([
      { schedule: "b", next: "Fri, 27 Nov 2026, 08:00 (Europe/Berlin)" },
      { schedule: "a", next: "paused" },
    ]);
  });
});
