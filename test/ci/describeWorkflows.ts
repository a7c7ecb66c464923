import { spawnSync } from "node:child_process";

/** What the workflows are run with. */
const NEEDED = { act: "--version", pulumi: "version", git: "--version" };

/**
 * `describe` where the programs are there that it takes, or must be, as `.ci/run` says; otherwise skipped with one
 * line that says what is missing.
 */
export function describeWorkflows(name: string, tests: () => void): void {
  const missing = Object.entries(NEEDED).find(
    ([program, flag]) => spawnSync(program, [flag]).status !== 0,
  )?.[0];
  const isSkipped = missing !== undefined && process.env["ENGINE_TESTS"] !== "required";
  if (isSkipped) {
    process.stderr.write(
      `Skipped, since '${missing}' is not on the PATH (npm run test:workflows): ${name}.\n`,
    );
  }
  (isSkipped ? describe.skip : describe)(name, tests);
}
