/** What `npm start` was asked to do. */
export interface Options {
  /** Google's API, and the worker's address as the world outside sees it. */
  readonly port: number;
  /** The same for a caller inside the project's network. */
  readonly insidePort: number;
  readonly smtpPort: number;
  /** By how much all of them were moved. */
  readonly portOffset: number;
  /** The machine's time, or one that moves where it is told to. */
  readonly clock: "system" | "virtual";
  /** Where everything is kept; `undefined` for the memory of the process. */
  readonly data?: string;
  /** Cloud Tasks over gRPC. */
  readonly grpcPort: number;
  /** Hosts beyond the local cloud that tasks and schedules may call. */
  readonly allowHost: readonly string[];
  readonly quiet: boolean;
  readonly json: boolean;
  /** The worker runs under the debugger, and nothing is cut short by a deadline. */
  readonly inspect: boolean;
  /** Whether a change of a file is applied. */
  readonly watch: boolean;
  /** Whether type errors are told while it runs. */
  readonly typeCheck: boolean;
  /** Whether the stack `local` is deployed. */
  readonly deploy: boolean;
}
