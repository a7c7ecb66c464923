import type { Command } from "commander";
import { LOCAL_API_PORT } from "@background-tasks/cloud/control/localCloud.ts";
import { LOCAL_STACK } from "../../../infra/config/places.ts";
import { port, stackName } from "./readers.ts";

/** Which stack a command works on, and where it is. */
export interface Target {
  /** A stack that is deployed with Pulumi. @default - the one that `npm start` runs */
  readonly stack?: string;
  /** The stack is one that `npm run up -- --local` made. */
  readonly local: boolean;
  /** The port of a local cloud's API. @default - the stack is in Google Cloud */
  readonly port?: number;
}

/** Gives a command the options `--stack`, `--local` and `--port`. */
export function withTarget(command: Command): Command {
  return command
    .option(
      "--stack <stack>",
      "a stack that is deployed with Pulumi, instead of that of 'npm start'",
      stackName,
    )
    .option("--local", "with --stack: the stack that 'npm run up -- --local' made", false)
    .option("--port <port>", "the local cloud's port; with --stack: the stack is there", port)
    .addHelpText(
      "after",
      "\nWhich stack:\n" +
        `  (nothing)                     the one that 'npm start' runs, on port ${LOCAL_API_PORT}\n` +
        "  --port <port>                 the same, on that port\n" +
        "  --stack <stack>               in Google Cloud\n" +
        "  --stack <stack> --port <port> put onto the local cloud on that port with 'npm run up' or 'pulumi up'\n" +
        "  --stack <stack> --local       put onto the local cloud with 'npm run up -- --local'",
    );
}

/** What those options say. Ends with a usage error where they do not go together. */
export function targetOf(command: Command): Target {
  const { stack: named, local, port: given } = command.opts<Target>();
  // As the texts of its alerts call the stack of 'npm start'. With a port, it is one of that name that was put there.
  const isStarted = named === LOCAL_STACK && !local && given === undefined;
  const stack = isStarted ? undefined : named;
  if (local && stack === undefined) {
    command.error("'--local' needs '--stack': which stack is it?");
  }
  const isHere = local || stack === undefined;
  const where = given ?? (isHere ? LOCAL_API_PORT : undefined);
  return {
    local,
    ...(stack !== undefined && { stack }),
    ...(where !== undefined && { port: where }),
  };
}

/** The options that name a stack, as they were given: ` --stack prod`. */
export function flagsOf({ stack, local, port }: Target): string {
  return [
    ...(stack === undefined ? [] : [` --stack ${stack}`]),
    ...(local ? [" --local"] : []),
    ...(port === undefined ? [] : [` --port ${port}`]),
  ].join("");
}
