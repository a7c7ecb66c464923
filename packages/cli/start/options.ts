import { Command, InvalidArgumentError, Option } from "commander";
import { LOCAL_API_PORT } from "@background-tasks/cloud/control/localCloud.ts";
import { hostName } from "@background-tasks/cloud/network/hostName.ts";

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
      (text: string, hosts: readonly string[]) => [...hosts, host(text)],
      [],
    )
    .addOption(
      new Option("--clock <clock>", "'virtual' stands still until the control API moves it")
        .choices(["system", "virtual"])
        .default("system"),
    )
    .addOption(
      new Option("--data <directory>", "keep everything there, across restarts")
        .conflicts("clock")
        .argParser(directory),
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
  const options = command.parse(argv, { from: "user" }).opts<Options>();
  const shared = sharedPort(options);
  if (shared !== undefined) command.error(`error: ${shared}`);
  return options;
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65_535) return value;
  throw new InvalidArgumentError("A port is a number from 0 (any free one) to 65535.");
}

function host(text: string): string {
  try {
    return hostName(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function directory(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("Name the directory, such as '.data'.");
}

/** What is wrong where two are to listen on one port. */
function sharedPort({ port, insidePort, grpcPort, smtpPort }: Options): string | undefined {
  const ports = Object.entries({
    "--port": port,
    "--inside-port": insidePort,
    "--grpc-port": grpcPort,
    "--smtp-port": smtpPort,
  });
  for (const [flag, one] of ports) {
    const [other] = ports.find(([name, two]) => name !== flag && one !== 0 && one === two) ?? [];
    if (other !== undefined) {
      return `'${flag}' and '${other}' are both ${one}. Each needs a port of its own; 0 is any free one.`;
    }
  }
  return undefined;
}
