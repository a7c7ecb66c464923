import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { apiAt, type Api } from "@background-tasks/program/resources/api.ts";
import { createClient, fromEnvironment, type Client } from "../../../../../tasks/client/client.ts";
import { contract } from "../../../../../test/fixtures/chaos/tasks/index.ts";
import { outputsSchema, type Outputs } from "../../../stack/outputs.ts";
import { FREE_PORTS, RunningScript } from "../runningScript.ts";
import type { ChaosProject } from "./chaosProject.ts";

const faultsSchema = z.object({
  faults: z.array(
    z.looseObject({ id: z.int().optional(), times: z.int().default(0) }).transform((fault) => {
      delete fault.id;
      return fault;
    }),
  ),
});
const listedSchema = z.object({
  tasks: z
    .array(
      z.object({
        name: z.string(),
        httpRequest: z.object({ headers: z.record(z.string(), z.string()).default({}) }).optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});

/** A fault, as the local cloud takes it. */
export type Fault = Readonly<Record<string, unknown>> & { readonly times: number };
export type ListedTask = z.output<typeof listedSchema>["tasks"][number];

const RETRY_MS = 50;
/** Longer than a start takes, on whatever machine. */
const PATIENCE_MS = 300_000;

/** `npm start` over a directory, which can be killed and goes on where it was. */
export class ChaosCloud implements AsyncDisposable {
  readonly #project: ChaosProject;
  readonly #onLine: (line: string) => void;
  #script: RunningScript | undefined;
  #port: string | undefined;
  #outputs: Outputs | undefined;
  #client: Client<typeof contract> | undefined;

  constructor(project: ChaosProject, onLine: (line: string) => void) {
    this.#project = project;
    this.#onLine = onLine;
  }

  get api(): Api {
    return apiAt(`http://127.0.0.1:${this.#port}`);
  }

  get client(): Client<typeof contract> {
    return this.#client!;
  }

  get outputs(): Outputs {
    return this.#outputs!;
  }

  /** Starts it, again where it was before. */
  async start(): Promise<void> {
    const ports = this.#port === undefined ? [] : [`--port=${this.#port}`];
    const data = join(this.#project.directory, "data");
    this.#script = new RunningScript(
      "packages/cli/main.ts",
      ["start", ...FREE_PORTS, ...ports, "--json", "--no-watch", "--data", data],
      { cwd: this.#project.directory, env: this.#project.env, onLine: this.#onLine },
    );
    const { addresses } = await this.#script.event("ready");
    this.#port = new URL(String(addresses.api)).port;
    this.#outputs = outputsSchema.parse(await this.api.get("/local/v1/outputs"));
    this.#client = createClient(contract, fromEnvironment(this.#outputs.clientEnvironment));
  }

  /** Kills it, and starts it again over what it has kept. Its faults are not: they are asked for again. */
  async kill(): Promise<void> {
    const faults = await this.faults();
    await this[Symbol.asyncDispose]();
    await this.start();
    for (const fault of faults) await this.addFault(fault);
  }

  async addFault(fault: Fault): Promise<void> {
    await this.insist(() => this.api.post("/local/v1/faults", fault));
  }

  /** What has not happened yet. */
  async faults(): Promise<readonly Fault[]> {
    return faultsSchema.parse(await this.api.get("/local/v1/faults")).faults;
  }

  async clearFaults(): Promise<void> {
    await this.insist(() => this.api.delete("/local/v1/faults"));
  }

  /** Calls until it has an answer that is a success: a fault may refuse it, and the cloud be gone for a while. */
  async insist(call: () => Promise<unknown>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        await call();
        return;
      } catch (error) {
        if (performance.now() > end) throw error;
        await wait(RETRY_MS);
      }
    }
  }

  /** What is on a queue. */
  async tasksOf(queue: string): Promise<readonly ListedTask[]> {
    const all: ListedTask[] = [];
    let token = "";
    do {
      const page = listedSchema.parse(
        await this.api.get(`/v2/${queue}/tasks?responseView=FULL&pageSize=1000&pageToken=${token}`),
      );
      all.push(...page.tasks);
      token = page.nextPageToken ?? "";
    } while (token !== "");
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#script?.[Symbol.asyncDispose]();
  }
}
