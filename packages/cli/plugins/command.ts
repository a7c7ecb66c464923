import type { Command } from "commander";
import { runProgram } from "../command/program.ts";
import { pluginPins } from "../pin/pluginPins.ts";
import { installPlugins } from "./installPlugins.ts";

/* `npm run tasks -- plugins`: the providers' plugins, each checked by its digest, before a job is somebody. */

export function configure(command: Command): void {
  command
    .description(
      "Installs the providers' plugins that the program wants, each checked by its digest where one is known " +
        "(npm run tasks -- pin).",
    )
    .action(run);
}

async function run(): Promise<void> {
  const { arch, platform } = process;
  const machine = `${platform}-${arch === "x64" ? "amd64" : arch}`;
  const unchecked = await installPlugins(pluginPins("."), machine, runProgram);
  if (unchecked.length === 0) return;
  const names = unchecked.map((name) => `'${name}'`).join(", ");
  // GitHub shows it at the top of the run.
  console.log(
    `::warning::Plugins ${names} were installed unchecked: no digest for ${machine} is known. Run 'npm run tasks -- pin'.`,
  );
}
