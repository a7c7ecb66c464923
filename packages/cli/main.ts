import { runCommandLine } from "./command/commandLine.ts";
import { COMMANDS } from "./commands.ts";

// `npm run tasks -- <command> [options]`: every command of the project. The usual ones have short names among npm's scripts.

// Whoever read what is printed has gone, as 'head' does: a command that runs on is to end as if it were told to.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  if (!process.emit("SIGTERM")) process.exit();
});

await runCommandLine(process.argv.slice(2), COMMANDS);
