import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";

const SCRIPT = "packages/cloud/test/support/cloudProcess.ts";
const QUEUE = "projects/local-project/locations/europe-west1/queues/email";
const ROUNDS = 6;

/** A cloud process, what it has said so far, and what becomes of it. */
class Cloud {
  readonly #process: ChildProcess;
  /** The tasks whose success it has told of. */
  readonly done = new Set<string>();
  readonly endpoint: Promise<string>;
  #onDone: () => void = () => undefined;

  constructor(directory: string) {
    this.#process = spawn(process.execPath, [SCRIPT, directory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: this.#process.stdout! });
    this.endpoint = once(lines, "line").then(([endpoint]) => {
      lines.on("line", (id) => {
        this.done.add(id);
        this.#onDone();
      });
      return endpoint;
    });
  }

  /** Resolves once it has told of so many successes. */
  async until(count: number): Promise<void> {
    while (this.done.size < count) await new Promise<void>((resolve) => (this.#onDone = resolve));
  }

  /** Ends it as nothing else could. Resolves once all that it said is read. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await once(this.#process, "close");
  }
}

describe("A cloud over a directory, killed at any moment", () => {
  let worker: Server;
  let directory: string;
  let cloud: Cloud | undefined;
  /** How often the worker was given each task since the cloud last started. */
  let handled: Map<string, number>;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "cloud-data-"));
    worker = createServer((request, response) => {
      const id = String(request.headers["x-cloudtasks-taskname"]);
      handled.set(id, (handled.get(id) ?? 0) + 1);
      // Some answers come when the task has long been written, and some at once.
      setTimeout(() => response.end(), Number(id.split("-")[1]) % 200);
    }).listen(0, "127.0.0.1");
    await once(worker, "listening");
  });

  afterEach(async () => {
    await cloud?.kill();
    worker.close();
    worker.closeAllConnections();
    rmSync(directory, { recursive: true });
  });

  it("loses no task that it acknowledged, and runs none whose success it recorded", async () => {
    const { port } = worker.address() as AddressInfo;
    /** Creates tasks, some at a time, until the cloud is gone. Returns those that were acknowledged. */
    async function createTasks(endpoint: string, round: number): Promise<string[]> {
      const acknowledged: string[] = [];
      let next = 0;
      const client = async (): Promise<void> => {
        for (;;) {
          const id = `${round}-${next++}`;
          const task = {
            name: `${QUEUE}/tasks/${id}`,
            httpRequest: { url: `http://127.0.0.1:${port}/` },
          };
          const body = JSON.stringify({ task });
          const answer = await fetch(`${endpoint}/v2/${QUEUE}/tasks`, { method: "POST", body });
          await answer.text();
          if (answer.ok) acknowledged.push(id);
        }
      };
      await Promise.allSettled(Array.from({ length: 8 }, client));
      return acknowledged;
    }

    const moments = fc.sample(fc.integer({ min: 1, max: 120 }), ROUNDS);
    let total = 0;
    handled = new Map();
    cloud = new Cloud(directory);
    const body = JSON.stringify({ name: QUEUE, retryConfig: { minBackoff: "0.1s" } });
    const queues = `${await cloud.endpoint}/v2/${QUEUE.slice(0, QUEUE.lastIndexOf("/"))}`;
    await fetch(queues, { method: "POST", body });

    for (const [round, moment] of moments.entries()) {
      const creating = createTasks(await cloud.endpoint, round);
      await cloud.until(moment);
      await cloud.kill();
      const acknowledged = await creating;
      const recorded = cloud.done;
      const before = handled;

      handled = new Map();
      cloud = new Cloud(directory);
      const endpoint = await cloud.endpoint;
      await fetch(`${endpoint}/local/v1/idle`, { method: "POST" });
      const lost = acknowledged.filter((id) => !before.has(id) && !handled.has(id));
      const again = [...recorded].filter((id) => handled.has(id));
      expect({ round, moment, lost, again }).toEqual({ round, moment, lost: [], again: [] });
      total += acknowledged.length;
    }
    expect(total).toBeGreaterThan(moments.length);
  });
});
