import { apply, type ApplyResult } from "./deploy/apply.ts";
import type { Change, StackResource } from "./deploy/deployment.ts";
import { readStackConfig } from "./deploy/stackConfig.ts";

export interface StackArgs {
  readonly program: string;
  readonly projectFile: string;
  readonly stackFile: string;
  readonly stack: string;
  /** The address of the local cloud's API. */
  readonly endpoint: string;
  /** Settings of the program that this run makes beyond the stack's file: a port that was chosen. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly onChange: (change: Change) => void;
  readonly onOutput: (line: string) => void;
}

/** The stack that is deployed on the local cloud. Applies one after another, never two at once. */
export class Stack {
  readonly #args: StackArgs;
  #resources: readonly StackResource[] = [];
  #outputs: Readonly<Record<string, unknown>> | undefined;
  #applying: Promise<unknown> = Promise.resolve();

  constructor(args: StackArgs) {
    this.#args = args;
  }

  /** The outputs of the last apply that reached its end. */
  get outputs(): Readonly<Record<string, unknown>> | undefined {
    return this.#outputs;
  }

  /** Logical queue names by full name. */
  get queueNames(): ReadonlyMap<string, string> {
    const queues = (this.#outputs?.["queues"] ?? {}) as Readonly<Record<string, string>>;
    return new Map(Object.entries(queues).map(([logical, name]) => [name, logical]));
  }

  /** Applies the program as its files are now. Returns what went wrong, if anything did. */
  apply(): Promise<string | undefined> {
    const applying = this.#applying.then(() => this.#apply());
    this.#applying = applying.catch(() => undefined);
    return applying;
  }

  async #apply(): Promise<string | undefined> {
    const { program, projectFile, stackFile, stack, endpoint, overrides } = this.#args;
    const { project, config } = readStackConfig(projectFile, stackFile);
    const result: ApplyResult = await apply(
      {
        program,
        project,
        stack,
        config: {
          ...config,
          ...Object.fromEntries(
            Object.entries(overrides).map(([key, value]) => [`${project}:${key}`, value]),
          ),
        },
        gcpProject: config["gcp:project"] ?? "",
        gcpRegion: config["gcp:region"] ?? "",
        endpoint,
        resources: this.#resources,
      },
      this.#args.onChange,
      this.#args.onOutput,
    );
    this.#resources = result.resources;
    if (result.error === undefined) this.#outputs = result.outputs;
    return result.error;
  }
}
