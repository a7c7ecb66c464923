import { ROLES } from "../../../../infra/people.ts";
import { auditTo } from "../../operate/audit.ts";
import { makeOperatorCalls, type OperatorCalls } from "../../operate/calls/operatorCalls.ts";
import { listDeadLetters } from "../../operate/deadLetters/command.ts";
import { EXIT } from "../../command/exitCodes.ts";
import { callGoogle } from "../../stack/googleApi.ts";
import { operatingAt } from "../support/operating.ts";
import { START, startOperatorCloud, type OperatorCloud } from "../support/operatorCloud.ts";

let mockToken = "";
jest.mock("../../stack/accessToken.ts", () => ({ accessToken: async () => mockToken }));

/* What people may do whom the program lets operate a stack, or see it, as the local cloud judges. */

const PROJECT = "projects/local-project";
const OPERATOR = [
  "roles/cloudtasks.viewer",
  "roles/cloudtasks.enqueuer",
  "roles/cloudtasks.taskDeleter",
];

let stack: OperatorCloud;
const realFetch = globalThis.fetch;

beforeEach(async () => {
  stack = await startOperatorCloud();
});
afterEach(async () => {
  globalThis.fetch = realFetch;
  await stack.cloud.stop();
});

/** The calls of an account that has these roles on each queue. */
async function callsAs(id: string, key: keyof typeof ROLES, more: readonly string[]) {
  const api: OperatorCloud["api"] = (...what) => stack.api(...what);
  const own = `${PROJECT}/roles/dev_${key}_1a2b`;
  const { title, permissions } = ROLES[key];
  const role = { title, includedPermissions: permissions };
  await api("POST", `/v1/${PROJECT}/roles`, { roleId: `dev_${key}_1a2b`, role });
  await api("POST", `/v1/${PROJECT}/serviceAccounts`, { accountId: id });
  const email = `${id}@local-project.iam.gserviceaccount.com`;
  const members = [`serviceAccount:${email}`];
  for (const queue of Object.values(stack.operations.queues)) {
    const bindings = [own, ...more].map((each) => ({ role: each, members }));
    await api("POST", `/v2/${queue}:setIamPolicy`, { policy: { bindings } });
  }
  const scope = ["https://www.googleapis.com/auth/cloud-platform"];
  const minted = await api("POST", `/v1/projects/-/serviceAccounts/${email}:generateAccessToken`, {
    scope,
  });
  mockToken = (minted as { accessToken: string }).accessToken;
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return realFetch(stack.cloud.endpoint + url.pathname + url.search, init);
  };
  return makeOperatorCalls(stack.operations, {
    call: (...what) => callGoogle({ local: false }, ...what),
    now: () => 0,
    sleep: () => Promise.reject(new Error("It is tried again.")),
  });
}

const denied = { exitCode: EXIT.permission, status: "PERMISSION_DENIED" };

async function read(calls: OperatorCalls, view: "BASIC" | "FULL") {
  const all = [];
  for await (const page of calls.listTasks(stack.operations.queues["dead-letter"]!, view)) {
    all.push(...page);
  }
  return all;
}

it("lets a viewer list and triage, and shows no payload", async () => {
  const id = await stack.die(1);
  const { email = "", "dead-letter": letters = "" } = stack.operations.queues;
  const calls = await callsAs("viewer1", "viewer", []);
  const operating = operatingAt(START, calls);

  await listDeadLetters(operating, {}, { by: "cause", each: false, quiet: false, json: false });
  expect(operating.printed.join("\n")).toContain("1 dead letter in 1 cause");
  expect(await calls.getTask(`${letters}/tasks/${id}`)).toMatchObject({
    httpRequest: { headers: { "Dead-Letter-Task": "send-email" } },
  });
  expect(JSON.stringify(await read(calls, "BASIC"))).not.toContain("body");
  for (const act of [
    read(calls, "FULL"),
    calls.getTask(`${letters}/tasks/${id}`, "FULL"),
    calls.deleteTask(`${letters}/tasks/${id}`),
    calls.pauseQueue(email),
    calls.purgeQueue(letters),
  ]) {
    await expect(act).rejects.toMatchObject(denied);
  }
});

it("lets an operator redrive, discard and pause, and neither empty nor delete a queue", async () => {
  const id = await stack.die(1);
  const { email = "", "dead-letter": letters = "" } = stack.operations.queues;
  const calls = await callsAs("operator1", "pauser", OPERATOR);

  const [letter] = await read(calls, "FULL");
  const { url, headers, body = "" } = letter!.httpRequest;
  const task = {
    name: `${email}/tasks/again`,
    httpRequest: { url, headers, body, httpMethod: "POST" as const },
  };
  expect(await calls.createTask(email, task)).toBe("created");
  expect(await calls.deleteTask(`${letters}/tasks/${id}`)).toBe("deleted");
  await calls.resumeQueue(email);
  await calls.pauseQueue(email);

  const audit = auditTo(calls, async () => "ada@example.com");
  await expect(audit({ what: "pause" })).rejects.toMatchObject({ exitCode: EXIT.permission });
  await expect(calls.purgeQueue(email)).rejects.toMatchObject(denied);
  await expect(calls.updateQueue(email, ["taskTtl"], {})).rejects.toMatchObject(denied);
  await expect(
    callGoogle({ local: false }, "cloudtasks.googleapis.com", "DELETE", `/v2/${email}`),
  ).rejects.toMatchObject(denied);
});
