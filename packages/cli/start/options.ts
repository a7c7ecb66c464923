import { Command, InvalidArgumentError, Option } from "commander";
import { LOCAL_API_PORT } from "@background-tasks/cloud/control/localCloud.ts";

/** What `npm start` was asked to do. */
export interface Options {
  /** Google's API, and the worker's address as the world outside sees it. */
  readonly port: number;
  /** The same for a caller inside the project's network. */
  readonly insidePort: number;
  readonly smtpPort: number;
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
  /** Whether the stack `local` is deployed. */
  readonly deploy: boolean;
}

/** Reads the arguments of `npm start`. Exits, having said why, where they cannot be understood. */
export function parseOptions(argv: readonly string[]): Options {
  const command = new Command("npm start --")
    .description(
      "Runs the stack 'local' of this Pulumi program on this machine: applies it to a local Google " +
        "Cloud, dispatches its tasks to the worker, fires its schedules, and applies it again when a " +
        "file in worker/, tasks/ or infra/ or Pulumi.local.yaml changes. Needs no account, no Docker " +
        "and no Pulumi CLI. Everything listens on 127.0.0.1 only. Ctrl-C stops it.",
    )
    .option(
      "--port <port>",
      "Google's API, and the worker as seen from outside",
      port,
      LOCAL_API_PORT,
    )
    .option(
      "--inside-port <port>",
      "the worker as seen from inside the project's network",
      port,
      8124,
    )
    .option(
      "--grpc-port <port>",
      "Cloud Tasks over gRPC, for Google's client libraries",
      port,
      8125,
    )
    .option("--smtp-port <port>", "the local mail server", port, 8126)
    .option(
      "--allow-host <host>",
      "a host beyond this machine that tasks may call (repeatable)",
      (host: string, hosts: readonly string[]) => [...hosts, host],
      [],
    )
    .addOption(
      new Option("--clock <clock>", "'virtual' stands still until the control API moves it")
        .choices(["system", "virtual"])
        .default("system"),
    )
    .addOption(
      new Option("--data <directory>", "keep everything there, across restarts").conflicts("clock"),
    )
    .option("--quiet", "print errors and dead letters only", false)
    .option("--json", "print one JSON object per event", false)
    .option("--inspect", "run the worker under Node's debugger, with deadlines suspended", false)
    .option("--no-watch", "do not apply again when a file changes")
    .option("--no-deploy", "deploy nothing: start an empty cloud, for the Pulumi CLI to deploy to")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm start\n" +
        "  npm start -- --port 9000 --inside-port 9001 --grpc-port 9002 --smtp-port 9003\n" +
        "  npm start -- --data .data\n" +
        "  npm start -- --json | jq .",
    );
  return command.parse(argv, { from: "user" }).opts<Options>();
}

function port(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError("A port is a number from 0 (any free one) to 65535.");
}
