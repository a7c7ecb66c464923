import { runCommandLine } from "./command/commandLine.ts";
import { COMMANDS } from "./commands.ts";

// `npm run tasks -- <command> [options]`: every command of the project. The usual ones have short names among npm's scripts.

await runCommandLine(process.argv.slice(2), COMMANDS);
