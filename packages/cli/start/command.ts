import { InvalidArgumentError, Option, type Command } from "commander";
import { LOCAL_API_PORT } from "@background-tasks/cloud/control/localCloud.ts";
import { startApplyChild } from "@background-tasks/program/apply/applyChild.ts";
import { freePort, host, path, repeated } from "../command/readers.ts";
import type { Options } from "./options.ts";

export function configure(command: Command): void {
  command
    .description(
      "Runs the stack 'local' of this Pulumi program on this machine: applies it to a local Google " +
        "Cloud, dispatches its tasks to the worker, fires its schedules, and applies it again when a " +
        "file in worker/, tasks/ or infra/ or Pulumi.local.yaml changes. Needs no account, no Docker " +
        "and no Pulumi CLI. Everything listens on 127.0.0.1 only. Ctrl-C stops it.",
    )
    .option(
      "--port <port>",
      "Google's API, and the worker as seen from outside; 0 is any free port, here and below",
      freePort,
      LOCAL_API_PORT,
    )
    .option(
      "--port-offset <number>",
      "moves all four ports, but those that are given, such as 100: 8223, 8224, 8225, 8226",
      offset,
      0,
    )
    .option(
      "--inside-port <port>",
      "the worker as seen from inside the project's network",
      freePort,
      8124,
    )
    .option(
      "--grpc-port <port>",
      "Cloud Tasks over gRPC, for Google's client libraries",
      freePort,
      8125,
    )
    .option("--smtp-port <port>", "the local mail server", freePort, 8126)
    .option(
      "--allow-host <host>",
      "a host beyond this machine that tasks may call (repeatable)",
      repeated(host),
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
        .argParser(path),
    )
    .option("--quiet", "print errors and dead letters only", false)
    .option("--json", "print one JSON object per event", false)
    .option("--inspect", "run the worker under Node's debugger, with deadlines suspended", false)
    .option("--no-watch", "do not apply again when a file changes")
    .option("--no-type-check", "do not tell the type errors of what runs")
    .option("--no-deploy", "deploy nothing: start an empty cloud, for the Pulumi CLI to deploy to")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm start\n" +
        "  npm start -- --port-offset 100\n" +
        "  npm start -- --data .data\n" +
        "  npm start --silent -- --json | jq .",
    )
    .action(async (given: Options) => {
      const options = { ...given, ...movedPorts(command, given.portOffset) };
      const shared = sharedPort(options);
      if (shared !== undefined) command.error(shared);
      // It reads Pulumi's SDK while this process reads the local cloud.
      const firstChild = options.deploy ? startApplyChild(".") : undefined;
      const { start } = await import("./start.ts");
      await start(options, firstChild);
    });
}

const PORTS = ["port", "insidePort", "grpcPort", "smtpPort"] as const;

/** The ports that are not given, moved. */
function movedPorts(command: Command, by: number): Partial<Options> {
  const moved = PORTS.filter((name) => command.getOptionValueSource(name) === "default");
  return Object.fromEntries(moved.map((name) => [name, Number(command.getOptionValue(name)) + by]));
}

function offset(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= MAX_OFFSET) return value;
  throw new InvalidArgumentError(`An offset is a number from 0 to ${MAX_OFFSET}.`);
}

/** The last port is 65535. */
const MAX_OFFSET = 57_000;

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
