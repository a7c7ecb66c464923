import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { missingPins, RUN_PIN } from "./missingPins.ts";
import { pin } from "./pin.ts";

/*
 * `npm run tasks -- pin`: names by digest or commit what a deployment takes from the net. `--check` says what is not.
 */

export function configure(command: Command): void {
  command
    .description(
      "Writes the digests of the providers' plugins and of the base image, and the commits of the workflows' " +
        "actions, as the net says they are now.",
    )
    .option(
      "--check",
      "write nothing and ask nobody; end with 1 where something has no digest",
      false,
    )
    .addHelpText("after", "\nExamples:\n  npm run tasks -- pin\n  npm run tasks -- pin --check")
    .action(run);
}

async function run({ check }: { readonly check: boolean }): Promise<void> {
  if (check) {
    const missing = missingPins(".");
    if (missing.length > 0) throw new Error([...missing, RUN_PIN].join("\n"));
    console.log("All that a deployment takes from the net is named by digest or commit.");
    return;
  }
  const { written, moved } = await pin({
    directory: ".",
    send: fetch,
    digestOf,
    read: (file) => readFileSync(file, "utf8"),
    write: writeFileSync,
    token: process.env["GITHUB_TOKEN"] ?? process.env["GH_TOKEN"],
  });
  for (const file of written) console.log(`Wrote ${file}.`);
  if (written.length === 0) console.log("Nothing has changed.");
  if (moved.length > 0) {
    throw new Error(
      `These versions of actions name other commits than the workflows do: ${moved.join(", ")}. A version that ` +
        "moves is a warning: look at both commits before you change anything.",
    );
  }
}

async function digestOf(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new Error(`'${url}' cannot be downloaded: ${response.status} ${response.statusText}.`);
  }
  const hash = createHash("sha256");
  const body: AsyncIterable<Uint8Array> = response.body;
  for await (const part of body) hash.update(part);
  return hash.digest("hex");
}
