import { operationsSchema, type Operations } from "../stack/outputs.ts";
import type { ChildProcess } from "node:child_process";
import type { LocalService } from "../../../tasks/contract/setting.ts";
import { startApplyChild } from "@background-tasks/program/apply/applyChild.ts";
import { apply, type ApplyResult } from "@background-tasks/program/apply/apply.ts";
import type { Change, StackResource } from "@background-tasks/program/apply/deployment.ts";
import type { KeptMap } from "@background-tasks/cloud/data/store.ts";
import { readStackConfig, StackFileError } from "@background-tasks/program/stack/stackConfig.ts";
import { coalesced } from "./coalesced.ts";

/** Settings of the program by their keys, without the project's name. */
export type Settings = Readonly<Record<string, string>>;

export interface StackArgs {
  /** The folder of the Pulumi project. */
  readonly directory: string;
  readonly projectFile: string;
  readonly stackFile: string;
  readonly stack: string;
  /** The address of the local cloud's API. */
  readonly endpoint: string;
  /** The local cloud's. */
  readonly deployToken: string;
  /** The addresses of what settings may name as `local`. */
  readonly services: Readonly<Record<LocalService, string>>;
  /** The settings that this run puts in the place of the stack's own. */
  readonly overrides: (own: Settings) => Settings;
  /** Where the stack is remembered. */
  readonly state: KeptMap<unknown>;
  readonly onChange: (change: Change) => void;
  readonly onOutput: (line: string) => void;
  /** The process of the first apply. @default - it is started then */
  readonly firstChild?: ChildProcess | undefined;
}

const RANDOM_ID = "random:index/randomId:RandomId";

/** The stack that is deployed on the local cloud. */
export class Stack {
  readonly #args: StackArgs;
  readonly #stop = new AbortController();
  /** A process that is ready for the next apply, if there is one. */
  #child: ChildProcess | undefined;

  constructor(args: StackArgs) {
    this.#args = args;
    this.#child = args.firstChild;
  }

  /** The outputs of the last apply that reached its end. */
  get outputs(): Readonly<Record<string, unknown>> | undefined {
    // This is what was set.
    return this.#args.state.get("outputs") as Readonly<Record<string, unknown>> | undefined;
  }

  /** There will be no other apply. */
  get isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  /** What is deployed, as the last apply left it. */
  get resources(): readonly StackResource[] {
    return (this.#args.state.get("resources") ?? []) as readonly StackResource[];
  }

  /** Where everything of the stack is; `undefined` before it was applied. */
  get operations(): Operations | undefined {
    return operationsSchema.safeParse(this.outputs?.["operations"]).data;
  }

  /** Logical queue names by full name. */
  get queueNames(): ReadonlyMap<string, string> {
    const queues = this.operations?.queues ?? {};
    return new Map(Object.entries(queues).map(([logical, name]) => [name, logical]));
  }

  /**
   * Applies the program as its files are when it begins: at once, or after the apply that is under way. Those who ask
   * while one waits are answered by that one. Returns what went wrong, if anything did.
   */
  readonly apply = coalesced(() => this.#apply());

  /** Breaks off the apply that is under way. There will be no other. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#child?.kill();
    // It does nothing, once the one that is under way has ended.
    await this.apply();
  }

  async #apply(): Promise<string | undefined> {
    const { directory, projectFile, stackFile, services, stack, endpoint, deployToken, state } =
      this.#args;
    if (this.isStopping) return "The local cloud is stopping.";
    let read;
    try {
      read = readStackConfig(projectFile, stackFile);
    } catch (error) {
      if (error instanceof StackFileError) return error.message;
      throw error;
    }
    const { project, config, secure } = read;
    const child = this.#child ?? startApplyChild(directory);
    this.#child = undefined;
    const result: ApplyResult = await apply(
      {
        directory,
        project,
        stack,
        config: this.#overridden(project, config),
        secure,
        services,
        gcpProject: config["gcp:project"] ?? "",
        gcpRegion: config["gcp:region"] ?? "",
        endpoint,
        deployToken,
        resources: this.resources,
        idsHad: this.#idsHad,
      },
      {
        ...this.#args,
        onResources: (resources) => {
          this.#remember(resources);
        },
        signal: this.#stop.signal,
      },
      child,
    );
    this.#remember(result.resources);
    if (result.error === undefined) state.set("outputs", result.outputs);
    return result.error;
  }

  #remember(resources: readonly StackResource[]): void {
    const { state } = this.#args;
    const ids = resources.filter(({ type }) => type === RANDOM_ID).map(({ id }) => id);
    // The name of a queue that is gone is taken for as long as the cloud remembers it.
    state.set("idsHad", [...new Set([...this.#idsHad, ...ids])]);
    state.set("resources", resources);
  }

  get #idsHad(): readonly string[] {
    return (this.#args.state.get("idsHad") ?? []) as readonly string[];
  }

  #overridden(project: string, config: Settings): Settings {
    const prefix = `${project}:`;
    const own = Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]): [string, string] => [key.slice(prefix.length), value]);
    const overrides = Object.entries(this.#args.overrides(Object.fromEntries(own)));
    return {
      ...config,
      ...Object.fromEntries(overrides.map(([key, value]) => [prefix + key, value])),
    };
  }
}
