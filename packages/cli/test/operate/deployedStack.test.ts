import { makeOperatorCalls, type OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { callGoogle } from "../../stack/googleApi.ts";
import { startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

jest.mock("../../stack/accessToken.ts", () => ({ accessToken: async () => "a-token" }));

// What a deployed stack prints is in sameOnGoogle.test.ts.

const deployed = { local: false } as const;

let stack: OperatorCloud;
const realFetch = globalThis.fetch;

beforeEach(async () => {
  stack = await startOperatorCloud();
});
afterEach(async () => {
  globalThis.fetch = realFetch;
  await stack[Symbol.asyncDispose]();
});

function answerForGoogle(answer: () => Promise<Response>): void {
  globalThis.fetch = answer;
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
