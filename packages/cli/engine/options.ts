/** What the engine can be asked to do here; `pulumi` is any other command of the CLI. */
export type EngineCommand = "preview" | "up" | "refresh" | "destroy" | "pulumi";

/** What `npm run preview` and its like were asked to do. */
export interface EngineOptions {
  readonly command: EngineCommand;
  readonly stack: string;
  /** The stack is one on the local cloud. */
  readonly local: boolean;
  /** The port of the local cloud's API. */
  readonly port: number;
  /** Compare with what there is, and not with what is remembered. */
  readonly refresh: boolean;
  /** Show changes property by property. */
  readonly diff: boolean;
  /** A folder with a policy pack. */
  readonly policyPack?: string;
  /** Arguments for the CLI, as they are. */
  readonly rest: readonly string[];
}
