import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { consoleCalls } from "../../console/server/calls.ts";
import { makeConsole } from "../../console/server/server.ts";
import { makeOperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { callGoogle } from "../../stack/googleApi.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { startOperatorCloud } from "../support/operatorCloud.ts";

const SECRET = "ya29.an-access-token";
jest.mock("../../stack/accessToken.ts", () => ({
  accessToken: async () => "ya29.an-access-token",
}));

const TOKEN = "t".repeat(43);

/** What each call that reads is asked with. */
const READS: Readonly<Record<string, object>> = {
  about: {},
  overview: {},
  alerts: {},
  queues: {},
  depths: {},
  series: { queue: "email" },
  tasks: { queue: "email" },
  task: { id: "task-1" },
  search: { text: "key-1" },
  deadLetters: {},
  letters: { letters: { all: true } },
  schedules: {},
  workers: {},
  memory: {},
  log: {},
  contract: {},
  progress: { work: "0123-4567" },
  clock: {},
  faults: {},
  mails: {},
};

it("The console of a deployed stack asks Google with the operator's token, and never gives it to the page", async () => {
  await using stack = await startOperatorCloud();
  await stack.die(1);
  const realFetch = globalThis.fetch;
  const asked: (string | null)[] = [];
  const calls = makeOperatorCalls(stack.operations, {
    call: (...call) => callGoogle({ local: false }, ...call),
    now: () => +stack.cloud.now(),
    sleep: async () => undefined,
  });
  const context = consoleContext(stack, { connect: async () => calls, allowChanges: false });
  const all = consoleCalls(context);
  const server = createServer(makeConsole({ token: TOKEN, calls: all }));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!url.host.endsWith(".googleapis.com")) return realFetch(input, init);
    asked.push(new Headers(init?.headers).get("authorization"));
    // Of what the local cloud does not measure.
    if (url.search.includes("memory%2Futilizations")) return Response.json({});
    return realFetch(stack.cloud.endpoint + url.pathname + url.search, { ...init, headers: {} });
  };
  try {
    const reads = Object.entries(all).filter(([, { changes }]) => !changes);
    expect(reads.map(([name]) => name).sort()).toEqual(Object.keys(READS).sort());
    const told: string[] = [];
    for (const [name, args] of Object.entries(READS)) {
      const query = `?args=${encodeURIComponent(JSON.stringify(args))}`;
      const response = await fetch(`http://127.0.0.1:${port}/console/v1/${name}${query}`, {
        headers: { "x-console": "1", "x-console-token": TOKEN },
      });
      told.push(JSON.stringify([...response.headers]), await response.text());
    }

    expect(asked.length).toBeGreaterThan(10);
    expect(new Set(asked)).toEqual(new Set([`Bearer ${SECRET}`]));
    expect(told.filter((text) => text.includes("ya29"))).toEqual([]);
  } finally {
    globalThis.fetch = realFetch;
    server.closeAllConnections();
    server.close();
  }
});
