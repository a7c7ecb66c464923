import { createServer } from "node:http";
import type { Command } from "commander";
import { listen } from "@background-tasks/cloud/network/listen.ts";
import { EXIT } from "../command/exitCodes.ts";
import { freePort } from "../command/readers.ts";
import { loadContract } from "../../../tasks/contract/loadContract.ts";
import { targetOf, withTarget } from "../command/target.ts";
import { withAudit } from "../operate/operatorCommand.ts";
import { connectOperator } from "../operate/calls/operatorCalls.ts";
import { consoleCalls } from "./server/calls.ts";
import { connectConsole } from "./server/connect.ts";
import type { HeldPauses } from "./server/heldPauses.ts";
import { makeConsole } from "./server/server.ts";
import { consoleLink, freshToken } from "./token.ts";

/** Beside the four ports of a local cloud. */
const PORT = 8127;

interface Options {
  readonly listen: number;
  readonly allowChanges: boolean;
  readonly reveal: boolean;
  readonly audit: boolean;
}

export function configure(command: Command): void {
  withAudit(withTarget(command))
    .description(
      "Serves a page that shows what is going on in a stack, on 127.0.0.1, with your own credentials, which the page " +
        "never has. It only looks, unless told otherwise. Ctrl-C ends it.",
    )
    .option("--listen <port>", "where the page is; 0 is any free port", freePort, PORT)
    .option("--allow-changes", "let the page pause, redrive, discard, enqueue and run", false)
    .option("--reveal", "show sensitive fields, too, where a payload is asked for", false)
    .action(async (options: Options) => {
      const target = targetOf(command);
      const calls = await connectOperator(target);
      const { operations } = calls;
      // Whoever is not logged in, or may not, is told here, and not in the page.
      const [queue] = Object.values(operations.queues);
      if (queue !== undefined) await calls.getQueue(queue);
      const context = connectConsole({
        ...{ target, now: Date.now, ...options, local: undefined, isAudited: options.audit },
        contract: () => loadContract(),
        say: (text) => {
          console.error(text);
        },
      });
      // Whoever may not write that is told here, too.
      await context.audit({ what: "console" });
      const token = freshToken();
      const server = createServer(makeConsole({ token, calls: consoleCalls(context) }));
      const port = await listen(server, options.listen, "--listen");
      const { stack, project } = operations;
      console.log(
        `Stack '${stack}', project '${project}'${options.allowChanges ? "" : "; it only looks"}:\n` +
          `  ${consoleLink(`http://127.0.0.1:${port}`, token)}`,
      );
      endWithSignals(context.pauses);
    });
}

/** npm sends its processes a signal that the terminal has sent them too. */
const ECHO_MS = 1000;

/** Resumes what was paused for a time, and ends; at once, where it is told so once more. */
function endWithSignals(pauses: HeldPauses): void {
  let began: number | undefined;
  const end = (): void => {
    if (began !== undefined) {
      if (Date.now() - began > ECHO_MS) process.exit(EXIT.failed);
      return;
    }
    began = Date.now();
    const queues = pauses.all.map(({ queue }) => `'${queue}'`).join(", ");
    if (queues !== "") {
      console.error(
        `Resuming ${queues}. Ctrl-C once more ends it at once, and leaves that paused.`,
      );
    }
    // What else was begun is in the journal; a browser's connections would keep it here.
    void pauses.close().then((isUndone) => process.exit(isUndone ? EXIT.done : EXIT.failed));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
}
