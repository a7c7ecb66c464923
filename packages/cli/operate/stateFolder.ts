import { homedir } from "node:os";
import { join } from "node:path";

/** Where this machine keeps what operators did to a stack: journals of redrives, and discarded dead letters. */
export function stateFolder(stack: string): string {
  return join(homedir(), ".local", "state", "background-tasks", stack);
}
