import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = ["infra", "tasks", "worker"];
const SETTINGS = /^Pulumi(\..+)?\.yaml$/;

/** Copies what is deployed into `directory`: the program, the worker, and the stacks' settings. */
export function copyProject(directory: string): void {
  const settings = readdirSync(".").filter((name) => SETTINGS.test(name));
  for (const name of [...FOLDERS, ...settings]) {
    cpSync(name, join(directory, name), { recursive: true });
  }
}
