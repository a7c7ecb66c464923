import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The folder of what programs of this user keep: `$XDG_STATE_HOME` where that is an absolute path, as the specification
 * has it. https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function stateHome({ XDG_STATE_HOME: given = "" } = process.env): string {
  return isAbsolute(given) ? given : join(homedir(), ".local", "state");
}
