import { makeOperatorCalls, type OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { listDeadLetters } from "../../operate/deadLetters/command.ts";
import { showQueues } from "../../operate/queues/command.ts";
import { callGoogle } from "../../stack/googleApi.ts";
import { operatingAt } from "../support/operating.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

jest.mock("../../stack/accessToken.ts", () => ({ accessToken: async () => "a-token" }));

// A deployed stack: what is asked of Google's hosts is answered by a local cloud in their place.

const deployed = { local: false } as const;

let stack: OperatorCloud;
let asked: { url: string; authorization: string | null }[];
const realFetch = globalThis.fetch;

beforeEach(async () => {
  stack = await startOperatorCloud();
  asked = [];
});
afterEach(async () => {
  globalThis.fetch = realFetch;
  await stack[Symbol.asyncDispose]();
});

function answerForGoogle(answer: (url: URL, init?: RequestInit) => Promise<Response>): void {
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    asked.push({ url: url.host, authorization: new Headers(init?.headers).get("authorization") });
    return answer(url, init);
  };
}

function callsOf(): OperatorCalls {
  return makeOperatorCalls(stack.operations, {
    call: (...call) => callGoogle(deployed, ...call),
    now: () => 0,
    async sleep() {
      throw new Error("It is tried again.");
    },
  });
}

describe("a deployed stack", () => {
  it("is told of in the words of one on the local cloud, with the operator's own token", async () => {
    await stack.die(1);
    await stack.die(2, { error: "550 No such user" });
    const { endpoint } = stack.cloud;
    const both = [stack.calls, callsOf()].map((calls) => operatingAt(START, calls));

    for (const operating of both) {
      await listDeadLetters(operating, {}, { by: "cause", each: false, quiet: false, json: false });
      await listDeadLetters(operating, {}, { by: "cause", each: true, quiet: false, json: true });
      await showQueues(operating, false);
      answerForGoogle((url, init) =>
        realFetch(endpoint + url.pathname + url.search, { ...init, headers: {} }),
      );
    }

    expect(both[1]!.printed).toEqual(both[0]!.printed);
    expect(new Set(asked.map(({ url }) => url))).toEqual(new Set(["cloudtasks.googleapis.com"]));
    expect(asked.every(({ authorization }) => authorization === "Bearer a-token")).toBe(true);
  });

  const refused = (code: number, status: string) => async () =>
    Response.json({ error: { code, status, message: "No." } }, { status: code });

  it.each<[string, () => Promise<Response>, number, string]>([
    [
      "may not be asked",
      refused(403, "PERMISSION_DENIED"),
      5,
      "cloudtasks.googleapis.com answers 403: PERMISSION_DENIED No.",
    ],
    [
      "asks who it is",
      refused(401, "UNAUTHENTICATED"),
      5,
      "cloudtasks.googleapis.com answers 401: UNAUTHENTICATED No.",
    ],
    [
      "refuses what is asked",
      refused(400, "INVALID_ARGUMENT"),
      1,
      "cloudtasks.googleapis.com answers 400: INVALID_ARGUMENT No.",
    ],
    [
      "has a proxy before it that fails",
      async () => new Response("<html>Bad gateway</html>", { status: 400 }),
      1,
      "cloudtasks.googleapis.com answers 400: <html>Bad gateway</html>",
    ],
  ])("ends a command with its code where it %s", async (_, answer, exitCode, message) => {
    answerForGoogle(answer);

    await expect(callsOf().getQueue(stack.operations.queues["email"]!)).rejects.toMatchObject({
      exitCode,
      message,
    });
  });

  it("ends a command with 6 where it gives no answer", async () => {
    answerForGoogle(async () => {
      throw new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") });
    });

    await expect(
      callGoogle(deployed, "cloudtasks.googleapis.com", "GET", "/v2/x"),
    ).rejects.toMatchObject({
      exitCode: 6,
      message: "cloudtasks.googleapis.com gives no answer: getaddrinfo ENOTFOUND",
    });
  });
});
