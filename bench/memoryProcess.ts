import { randomBytes } from "node:crypto";
import { createApi } from "@background-tasks/cloud/api/api.ts";
import { systemClock } from "@background-tasks/cloud/time/clock.ts";
import { createCloudTasks } from "@background-tasks/cloud/cloudtasks/cloudTasks.ts";
import { Events } from "@background-tasks/cloud/api/events.ts";
import { createIam } from "@background-tasks/cloud/iam/iam.ts";

// A process with nothing but Cloud Tasks' API, which is asked to create tasks on a paused queue as it is over
// the network, with a body of bytes. It tells its parent how much memory it takes then.

/** What it tells. */
export interface MemoryReport {
  readonly residentBytes: number;
}

const [, , text = ""] = process.argv;
const COUNT = Number(text);
const BODY_BYTES = 200;
process.once("disconnect", () => process.exit());

const LOCATION = "projects/bench/locations/europe-west1";
const QUEUE = `${LOCATION}/queues/queue`;

const project = "bench";
const events = new Events();
const { authority } = createIam({
  project,
  projectNumber: "123456789012",
  clock: systemClock,
  events,
});
const tasks = createCloudTasks({
  project,
  region: "europe-west1",
  clock: systemClock,
  events,
  authority,
  send: async () => ({ status: 204, headers: {}, body: new Uint8Array() }),
});
const api = createApi({
  authority,
  events,
  methods: tasks.methods,
  refused: [],
  issuer: "https://accounts.google.com",
  jwks: async () => ({ keys: [] }),
  certificates: () => Promise.resolve({}),
  ownerToken: () => ({ access_token: "owner", expires_in: 3600, token_type: "Bearer" }),
  controlRoutes: {},
  deployToken: "none",
});

async function post(path: string, body: object): Promise<void> {
  const { status, body: answer } = await api.answer({
    method: "POST",
    target: `/v2/${path}`,
    address: "http://127.0.0.1",
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  });
  if (status !== 200) throw new Error(Buffer.from(answer).toString());
}

await post(`${LOCATION}/queues`, { name: QUEUE });
await post(`${QUEUE}:pause`, {});
for (let n = 0; n < COUNT; n += 1) {
  const httpRequest = {
    url: "https://worker.example/tasks/send-email",
    headers: { "Content-Type": "application/json" },
    body: randomBytes(BODY_BYTES).toString("base64"),
  };
  await post(`${QUEUE}/tasks`, { task: { httpRequest } });
}
const report: MemoryReport = { residentBytes: process.memoryUsage.rss() };
process.send?.(report);
