import { homedir } from "node:os";
import { join } from "node:path";
import { stateHome } from "../../control/stateHome.ts";

it.each<[given: string | undefined, is: string]>([
  [undefined, join(homedir(), ".local/state")],
  ["", join(homedir(), ".local/state")],
  ["/var/state", "/var/state"],
  // The specification has such a path passed over.
  ["state", join(homedir(), ".local/state")],
  ["./state", join(homedir(), ".local/state")],
])("With XDG_STATE_HOME %p, state is kept in '%s'", (given, is) => {
  expect(stateHome({ XDG_STATE_HOME: given })).toBe(is);
});
