import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { startCloud, type Cloud, type CloudOptions } from "@background-tasks/cloud/cloud.ts";
import type { Change } from "@background-tasks/program/apply/deployment.ts";
import { readStackConfig } from "@background-tasks/program/stack/stackConfig.ts";
import { Activity } from "@background-tasks/cloud/time/activity.ts";
import { systemClock } from "@background-tasks/cloud/time/clock.ts";
import { startSmtpSink, type SmtpSinkOptions } from "@background-tasks/cloud/network/smtpSink.ts";
import { VirtualClock } from "@background-tasks/cloud/time/virtualClock.ts";
import { Stack } from "./stack.ts";
import { withoutDeadlines } from "./withoutDeadlines.ts";

const PROJECT_FILE = "Pulumi.yaml";
const STACK_FILE = "Pulumi.local.yaml";

export interface LocalStackOptions {
  /** The folder of the Pulumi project: its contract, handlers and program, and the stack's file. */
  readonly directory: string;
  /** 0 means any free port, here and below. */
  readonly port: number;
  readonly insidePort: number;
  readonly smtpPort: number;
  /** @default 0 */
  readonly grpcPort?: number;
  /** @default "system" */
  readonly clock?: "system" | "virtual";
  /**
   * Where everything is kept.
   *
   * @default - the memory of the process
   */
  readonly data?: string | undefined;
  /** Told once where that can no longer be. */
  readonly onDataFailure?: (error: Error) => void;
  readonly allowHost: readonly string[];
  readonly inspect: boolean;
  readonly onChange: (change: Change) => void;
  /** What the program prints. */
  readonly onOutput: (line: string) => void;
  readonly onMail: SmtpSinkOptions["onMail"];
  /** A process that is to apply the stack first. @default - it is started then */
  readonly firstChild?: ChildProcess | undefined;
  /** Given the cloud's events before anything happens. @default - `cloud.events` is early enough */
  readonly onEvents?: NonNullable<CloudOptions["onEvents"]>;
  /** What answers some paths beside Google's API. @default - nothing does */
  readonly ownAnswer?: NonNullable<CloudOptions["ownAnswer"]>;
  /** What the mail server says to an address. @default - every address is accepted */
  readonly answer?: NonNullable<SmtpSinkOptions["answer"]>;
}

/** The stack `local`, the cloud it is deployed on, and a mail server for its mail. */
export interface LocalStack {
  readonly cloud: Cloud;
  readonly stack: Stack;
  readonly smtpPort: number;
  stop(): Promise<void>;
}

/** Starts the mail server and the cloud. Nothing is deployed until `stack.apply()`. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { directory } = options;
  const stackFile = join(directory, STACK_FILE);
  const { config } = readStackConfig(PROJECT_FILE, stackFile);
  // First: what the cloud has kept may send mail at once.
  const smtp = await startSmtpSink({ ...options, port: options.smtpPort });
  const activity = new Activity();
  let cloud: Cloud;
  try {
    cloud = await startCloud({
      project: config["gcp:project"] ?? "",
      region: config["gcp:region"] ?? "",
      clock: options.clock === "virtual" ? new VirtualClock(Date.now(), activity) : systemClock,
      activity,
      port: options.port,
      insidePort: options.insidePort,
      grpcPort: options.grpcPort ?? 0,
      allowHosts: options.allowHost,
      inspect: options.inspect,
      ...(options.data !== undefined && { dataDirectory: options.data }),
      ...(options.onDataFailure && { onDataFailure: options.onDataFailure }),
      ...(options.onEvents && { onEvents: options.onEvents }),
      ...(options.ownAnswer && { ownAnswer: options.ownAnswer }),
    });
  } catch (error) {
    await smtp.close();
    throw error;
  }
  const stack = new Stack({
    state: cloud.state,
    directory,
    projectFile: PROJECT_FILE,
    stackFile,
    stack: "local",
    endpoint: cloud.endpoint,
    deployToken: cloud.deployToken,
    services: { mail: `smtp://127.0.0.1:${smtp.port}` },
    overrides: (own) => (options.inspect ? withoutDeadlines(own) : {}),
    onChange: options.onChange,
    onOutput: options.onOutput,
    firstChild: options.firstChild,
  });
  return {
    cloud,
    stack,
    smtpPort: smtp.port,
    async stop() {
      await stack.stop();
      await cloud.stop();
      await smtp.close();
    },
  };
}
