import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The project that the machinery is tested with: a contract, handlers, a program and stacks of its own. */
export const FIXTURE = "test/fixtures/project";

const ROOT = resolve(".");

/** What a team has of its own, and no test of the machinery may read. */
export const TEAMS_OWN = [
  ...["workers", "queues", "tasks", "schedules", "settings", "index"].map(
    (name) => `tasks/${name}.ts`,
  ),
  "worker/handlers",
  "worker/main.ts",
  "infra/index.ts",
];

/** Makes a project of the fixture's files and this tree's machinery: as a team has it, in `directory`. */
export function copyFixtureProject(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const folder of ["infra", "tasks", "worker"]) {
    cpSync(join(ROOT, folder), join(directory, folder), {
      recursive: true,
      filter: (path) => !TEAMS_OWN.includes(path.slice(ROOT.length + 1)),
    });
  }
  cpSync(join(ROOT, "package.json"), join(directory, "package.json"));
  const project = readFileSync(join(ROOT, "Pulumi.yaml"), "utf8");
  writeFileSync(join(directory, "Pulumi.yaml"), project.replace(/^name: .*$/m, PROJECT_NAME));
  for (const file of filesOf(FIXTURE)) restoreFixture(directory, file);
}

const PROJECT_NAME = "name: background-tasks";

/** Puts a file of such a project back as it was, or in its place that of another fixture beside it. */
export function restoreFixture(directory: string, file: string, fixture = FIXTURE): void {
  const text = readFileSync(join(ROOT, fixture, file), "utf8");
  const path = join(directory, file);
  mkdirSync(dirname(path), { recursive: true });
  // There, the machinery is beside it and not three folders up.
  writeFileSync(path, text.replace(/(["'])(?:\.\.\/){3}(?=\.\.\/)/g, "$1"));
}

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter(
    (file) => statSync(join(ROOT, folder, file)).isFile() && !LEFT_OUT.test(file),
  );
}

/** What running it in place leaves there. */
const LEFT_OUT = /^(?:dist|\.pulumi-local)\//;
