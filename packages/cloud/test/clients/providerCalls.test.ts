import { startCloud, type Cloud } from "../../cloud.ts";
import type { Parsed } from "../support/localApi.ts";
import { recordedCalls, Replay } from "../support/replay.ts";

/* What the real provider asked Google's APIs while it made, read, changed and removed a stack (google-cloud.md 11.3). */

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({
    project: "demo",
    region: "europe-west1",
  });
});

afterAll(async () => {
  await cloud.stop();
});

describe("The calls of the real provider", () => {
  const replay = new Replay();

  it.each(recordedCalls())("call $n, $method $path, is answered as it was", async (recorded) => {
    const { path, body } = replay.request(recorded);

    const response = await fetch(cloud.endpoint + path, {
      method: recorded.method,
      ...(body !== null && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    const answer: Parsed = await response.json();

    const classOf = (status: number): number => Math.floor(status / 100);
    expect([classOf(response.status), answer]).toEqual([classOf(recorded.status), answer]);
    expect(answer).toMatchObject(replay.expected(recorded, answer) as object);
  });
});
