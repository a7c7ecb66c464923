import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { apiAt } from "@background-tasks/program/resources/api.ts";
import { createClient, fromEnvironment } from "../../../../tasks/client/client.ts";
import type { Parsed } from "@background-tasks/cloud/test/support/localApi.ts";
import { outputsSchema } from "../../stack/outputs.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { FREE_PORTS, RunningScript } from "../support/runningScript.ts";
import { contract } from "../../../../test/fixtures/project/tasks/index.ts";

/* `npm start -- --data`, killed and started again. */

const LOCATION = "projects/local-project/locations/europe-west1";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "start-data-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const project = new ProjectCopy();
afterAll(() => {
  project[Symbol.dispose]();
});
const cwd = project.directory;

/** The directory is given as a person would: from where they are. */
const start = (...args: string[]): RunningScript =>
  new RunningScript(
    "packages/cli/main.ts",
    [
      "start",
      ...FREE_PORTS,
      "--json",
      "--no-watch",
      "--data",
      relative(cwd, join(directory, "data")),
      ...args,
    ],
    { cwd, env: { TMPDIR: directory } },
  );

async function outputsOf(endpoint: string) {
  return outputsSchema.parse(await apiAt(endpoint).get("/local/v1/outputs"));
}

/** Makes the worker that is kept end at once, once: it takes the mark away. */
function endOnce(mark: string): void {
  const images = join(directory, "data", "images");
  const [image = ""] = readdirSync(images);
  const main = join(images, image, "main.mjs");
  const first = `import { existsSync, rmSync } from "node:fs";
if (existsSync(${JSON.stringify(mark)})) { rmSync(${JSON.stringify(mark)}); process.exit(1); }
await import("./main-as-it-was.mjs");
`;
  renameSync(main, join(images, image, "main-as-it-was.mjs"));
  writeFileSync(main, first);
}

describe("npm start --data", () => {
  it("goes on after a kill with the same queues, and delivers what was enqueued before", async () => {
    const text = "It lasts.";
    let outputs;
    {
      await using script = start();
      const { addresses } = await script.event("ready");
      outputs = await outputsOf(addresses.api);
      // What is due only after the kill.
      await apiAt(addresses.api).post(`/v2/${outputs.operations.queues["email"]!}:pause`);
      const client = createClient(contract, fromEnvironment(outputs.clientEnvironment));
      await client.enqueue("send-email", { to: "ada@example.com", subject: "Hello", text });
    }
    await using script = start();
    const { addresses } = await script.event("ready");
    const clientEnvironment = { ...outputs.clientEnvironment, TASKS_ENDPOINT: addresses.api };
    expect(await outputsOf(addresses.api)).toEqual({ ...outputs, clientEnvironment });
    await apiAt(addresses.api).post(`/v2/${outputs.operations.queues["email"]!}:resume`);
    const { to } = await script.event("mail");
    expect(to).toEqual(["ada@example.com"]);
  });

  it("keeps no pause for a time of its console, which it undoes before it ends", async () => {
    let email = "";
    {
      await using script = start();
      const { addresses } = await script.event("ready");
      const link = new URL((addresses as { console: string }).console);
      email = (await outputsOf(addresses.api)).operations.queues["email"]!;
      const response = await fetch(new URL("/console/v1/pause", link), {
        method: "POST",
        headers: {
          ...{ origin: link.origin, "sec-fetch-site": "same-origin", "x-console": "1" },
          ...{ "content-type": "application/json", "x-console-token": link.hash.slice(1) },
        },
        body: JSON.stringify({ queue: "email", minutes: 30 }),
      });
      expect(response.status).toBe(200);
      expect(await apiAt(addresses.api).get(`/v2/${email}`)).toMatchObject({ state: "PAUSED" });
      script.kill("SIGINT");
      expect(await script.ended).toEqual({ code: 0, signal: null });
    }
    await using script = start();
    const { addresses } = await script.event("ready");
    expect(await apiAt(addresses.api).get(`/v2/${email}`)).toMatchObject({ state: "RUNNING" });
  });

  it.each(["gcp:cloudtasks/queue:Queue", "gcp:serviceaccount/account:Account"])(
    "goes on with a deployment that was killed at the first %s",
    async (killedAt) => {
      {
        await using script = start();
        await script.event("resource", ({ type }: Parsed) => type === killedAt);
      }
      await using script = start();
      const { addresses } = await script.event("ready");
      const { queues } = (await outputsOf(addresses.api)).operations;
      const answer = await apiAt(addresses.api).get(`/v2/${LOCATION}/queues`);
      const names = (answer["queues"] as { name: string }[]).map(({ name }) => name);
      expect(names).toEqual(Object.values(queues).sort());
    },
  );

  it("tells that the worker ends at once, and starts it again for what is delivered", async () => {
    {
      await using script = start();
      await script.event("ready");
    }
    const mark = join(directory, "ends-once");
    writeFileSync(mark, "");
    endOnce(mark);

    await using script = start();
    const { detail } = await script.event("instance", ({ state }) => state === "crashed");
    expect(detail).toBe("exit code 1");
    const { addresses } = await script.event("ready");
    const { clientEnvironment } = await outputsOf(addresses.api);
    const client = createClient(contract, fromEnvironment(clientEnvironment));
    await client.enqueue("send-email", { to: "ada@example.com", subject: "Hello", text: "Alive." });
    expect(await script.event("deliveryFinished")).toMatchObject({ dispatchCount: 1, status: 204 });
  });

  it("says in one line that another one uses the directory", async () => {
    await using first = start("--no-deploy");
    await first.event("ready");
    await using second = start("--no-deploy");
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.stdout.map((line) => JSON.parse(line))).toEqual([
      {
        time: expect.any(String),
        event: "problem",
        text: `'${join(directory, "data")}' is in use by another local cloud: stop that one, or choose another directory.`,
      },
    ]);
  });

  it("does not go with a virtual clock", async () => {
    await using script = start("--clock", "virtual");
    expect((await script.ended).code).toBe(2);
    expect(script.stderr.join("\n")).toContain(
      "Option '--data <directory>' cannot be used with option '--clock <clock>'.",
    );
  });
});
