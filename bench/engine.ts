import { fork } from "node:child_process";
import { once } from "node:events";

/** What the real engine is to do. */
export interface EngineOrder {
  readonly command: "preview" | "up";
  readonly stack: string;
  /** The address of the local cloud's API. */
  readonly endpoint: string;
  /** Its deploy token. */
  readonly deployToken: string;
  /** Run a program without resources, in the place of the project's. */
  readonly isEmpty: boolean;
  /** The folder of a policy pack. @default - none */
  readonly policyPack?: string;
}

/** What its process says of it. */
export interface EngineReport {
  /** How long the program was loaded and ran. */
  readonly programMs: number;
  /** The resources by what would become of them: `{ same: 42 }`. */
  readonly changes: Readonly<Record<string, number>>;
  /** Why it failed. */
  readonly problem?: string;
}

/** How one command of the engine went. */
export interface EngineRun {
  /** From the launch of the process to its end. */
  readonly seconds: number;
  /** The program's own share of that. */
  readonly programSeconds: number;
  readonly changes: EngineReport["changes"];
}

const TIMEOUT_MS = 60_000;

/** Runs the real engine once, in a process of its own, on the project in `directory`. */
export async function runEngine(directory: string, order: EngineOrder): Promise<EngineRun> {
  const start = performance.now();
  const child = fork(new URL("engineProcess.ts", import.meta.url), {
    cwd: directory,
    env: { ...process.env, PULUMI_HOME: `${directory}/home` },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    timeout: TIMEOUT_MS,
  });
  const reports: EngineReport[] = [];
  child.on("message", (report: EngineReport) => reports.push(report));
  child.send(order);
  await once(child, "exit");
  const seconds = (performance.now() - start) / 1000;
  const [report] = reports;
  if (!report) throw new Error(`The engine's '${order.command}' ended early.`);
  const { programMs, changes, problem } = report;
  if (problem !== undefined) throw new Error(`The engine's '${order.command}' failed: ${problem}`);
  return { seconds, programSeconds: programMs / 1000, changes };
}
