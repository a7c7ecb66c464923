import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEPLOYER_ONLY } from "../../api/deployer.ts";
import { startLocalCloud, type LocalCloud } from "../../startLocalCloud.ts";
import type { Parsed } from "../support/localApi.ts";
import { sendTo } from "../support/rawHttp.ts";

/* Everybody on the machine can reach the port. Code is run as the user who started the local cloud. */

let directory: string;
let cloud: LocalCloud;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "deployer-"));
  cloud = await startLocalCloud({ dataDirectory: directory });
});

afterEach(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true });
});

type As = "deployer" | "other" | "guessing";

async function call(as: As, request: string, body?: object) {
  const [method = "", path = ""] = request.split(" ");
  const tokens = { deployer: cloud.deployToken, guessing: "a-token", other: undefined };
  const token = tokens[as];
  const response = await fetch(cloud.endpoint + path, {
    method,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Parsed };
}

const REFUSED = {
  status: 403,
  body: { error: { code: 403, status: "PERMISSION_DENIED", message: DEPLOYER_ONLY } },
};

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
const imageOf = (program: string) => `example.com/images/worker@sha256:${digestOf(program)}`;
const program = (answer: string) =>
  `require("node:http").createServer((_, s) => s.end(${answer})).listen(process.env.PORT);`;
const GOOD = program(`process.env.WHOSE ?? "mine"`);

const give = (as: As, code: string) =>
  call(as, "POST /local/v1/images", {
    image: imageOf(code),
    files: { Dockerfile: btoa('CMD ["node", "main.js"]'), "main.js": btoa(code) },
  });
const service = (code: string, env: object[] = []) => ({
  invokerIamDisabled: true,
  template: { containers: [{ image: imageOf(code), env }] },
});
const services = () => `/v2/${cloud.location}/services`;
const make = (as: As, body: object) => call(as, `POST ${services()}?serviceId=worker`, body);
const change = (as: As, body: object) => call(as, `PATCH ${services()}/worker`, body);

/** What the service answers. */
async function ask() {
  const { uri } = (await call("other", `GET ${services()}/worker`)).body;
  const headers = { host: new URL(uri).host };
  const { status, text } = await sendTo(Number(new URL(cloud.endpoint).port), { headers });
  return { status, text };
}

describe("A caller without the deployer's token", () => {
  it.each<As>(["other", "guessing"])("gives no images (%s)", async (as) => {
    expect(await give(as, GOOD)).toEqual(REFUSED);

    expect((await give("deployer", GOOD)).status).toBe(200);
  });

  it.each<As>(["other", "guessing"])("makes no service of one that is here (%s)", async (as) => {
    await give("deployer", GOOD);

    expect(await make(as, service(GOOD))).toEqual(REFUSED);

    expect((await call(as, `GET ${services()}/worker`)).status).toBe(404);
    expect((await make("deployer", service(GOOD))).body.error).toBeUndefined();
    expect(await ask()).toEqual({ status: 200, text: "mine" });
  });

  it("changes nothing of what a container is given", async () => {
    await give("deployer", GOOD);
    await make("deployer", service(GOOD));

    expect(await change("other", service(GOOD, [{ name: "WHOSE", value: "theirs" }]))).toEqual(
      REFUSED,
    );

    expect(await ask()).toEqual({ status: 200, text: "mine" });
    const { template } = service(GOOD);
    const labelled = await change("other", {
      labels: { a: "b" },
      template,
      invokerIamDisabled: true,
    });
    expect(labelled.body).toMatchObject({ done: true, response: { labels: { a: "b" } } });
  });

  it("has nothing taken from a registry on this machine", async () => {
    const asked: unknown[] = [];
    const registry = createServer(({ url }, answer) => {
      asked.push(url);
      answer.writeHead(404).end();
    });
    await new Promise<void>((resolve) => {
      registry.listen(0, "127.0.0.1", resolve);
    });
    const { port } = registry.address() as AddressInfo;
    const image = `127.0.0.1:${port}/evil@sha256:${"1".repeat(64)}`;
    const body = { template: { containers: [{ image }] } };

    expect(await make("other", body)).toEqual(REFUSED);
    expect(asked).toEqual([]);

    expect((await make("deployer", body)).body.error.code).toBe(9);
    expect(asked).toHaveLength(1);
    registry.close();
    registry.closeAllConnections();
  });

  it("has nothing run later, by a service of an image that comes only then", async () => {
    await make("other", service(GOOD, [{ name: "WHOSE", value: "theirs" }]));
    expect((await ask()).status).toBe(503);
    await give("deployer", GOOD);

    await cloud.stop();
    cloud = await startLocalCloud({ dataDirectory: directory });

    expect((await ask()).status).toBe(503);
    expect(await change("other", service(GOOD))).toEqual(REFUSED);
    expect((await change("deployer", service(GOOD))).body.error).toBeUndefined();
    expect(await ask()).toEqual({ status: 200, text: "mine" });
  });

  it("may do with a service of an image that is elsewhere what Google's clients do", async () => {
    const made = await make("other", service("elsewhere"));

    expect(made.body).toMatchObject({ done: true });
    expect((await ask()).status).toBe(503);
  });
});
