import { startLocalCloud, type LocalCloud } from "../../startLocalCloud.ts";

let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await startLocalCloud({ clock: "virtual" });
});
afterEach(() => cloud.stop());

async function call(request: string, body?: object) {
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(`${cloud.endpoint}/v2/${cloud.location}/queues${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe("The policy of a queue over REST (G 1.2)", () => {
  beforeEach(() => call("POST ", { name: `${cloud.location}/queues/email` }));

  it("is empty where none was set, and is read by POST", async () => {
    expect(await call("POST /email:getIamPolicy", {})).toEqual({
      status: 200,
      body: { version: 1, etag: "ACAB" },
    });
    expect((await call("GET /email:getIamPolicy")).status).toBe(404);
  });

  it("of a queue that is not there allows nothing, and is not missing", async () => {
    const permissions = ["cloudtasks.tasks.create"];

    expect(await call("POST /email:testIamPermissions", { permissions })).toEqual({
      status: 200,
      body: { permissions },
    });
    expect(await call("POST /none:testIamPermissions", { permissions })).toEqual({
      status: 200,
      body: {},
    });
  });
});
