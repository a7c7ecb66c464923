import type { Command } from "commander";
import { path } from "../command/readers.ts";
import { writeClient } from "./writeClient.ts";

/* `npm run tasks -- client`: the client and the contract as a package, for producers in other repositories. */

interface Options {
  readonly out: string;
  readonly name?: string;
  readonly version?: string;
}

export function configure(command: Command): void {
  command
    .description(
      "Writes the client and the contract of the tasks as a package of JavaScript with types, for producers in " +
        "other repositories. Nothing of the worker, of the settings or of a stack is in it.",
    )
    .requiredOption(
      "--out <folder>",
      "where to: new, empty, or written by this command before",
      path,
    )
    .option("--name <name>", "the package's name; that of the project with '/client' if not given")
    .option("--version <version>", "its version; that of the project's package.json if not given")
    .addHelpText("after", "\nExample:\n  npm run tasks -- client --out ../tasks-client")
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { name, version } = await writeClient({ directory: ".", ...options });
  console.log(
    `Wrote ${name} ${version} to '${options.out}'. To publish it, run 'npm publish' there.`,
  );
}
