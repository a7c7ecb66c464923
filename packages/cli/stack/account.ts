import { userInfo } from "node:os";
import type { Target } from "../command/target.ts";
import { accountEmail } from "./accessToken.ts";

/** Who operates a stack: the account that Google knows; on a local cloud, which knows none, this machine's. */
export async function accountOf({ port }: Pick<Target, "port">): Promise<string> {
  return port === undefined ? accountEmail() : userInfo().username;
}
