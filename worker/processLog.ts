import { writeSync } from "node:fs";
import { makeLog } from "./log.ts";
import { makeLogOutput } from "./logOutput.ts";
import { describeError, stackOf } from "./thrown.ts";

const output = makeLogOutput((bytes) => writeSync(1, bytes));

/** The log of this process. From the import of this module on, a crash is told in it: import it before all others. */
export const log = makeLog(output);

process.on("exit", () => {
  output.flush();
});
process.on("uncaughtException", (error) => {
  log.fatal(stackOf(error), `The worker crashed: ${describeError(error)}`);
  process.exit(1);
});
