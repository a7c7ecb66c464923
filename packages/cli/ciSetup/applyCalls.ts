import { MissingProgram, type Run } from "../command/program.ts";
import { idCall, printed, type Call } from "./setUpCalls.ts";

/** Makes the calls, in their order, and tells each. It stops at the first that fails. */
export async function applyCalls(
  calls: readonly Call[],
  run: Run,
  tell: (line: string) => void,
): Promise<void> {
  await checkLogin(run);
  const ids = new Map<string, string>();
  const idOf = async (path: string): Promise<string> => {
    const id = ids.get(path) ?? (await run("gh", idCall(path))).trim();
    ids.set(path, id);
    return id;
  };
  for (const call of calls) {
    const { args, unless } = call;
    if (unless && (await run("gh", unless.args)).split("\n").includes(unless.names)) continue;
    const given: string[] = [];
    for (const argument of args) {
      given.push(
        typeof argument === "string" ? argument : argument.before + (await idOf(argument.idOf)),
      );
    }
    tell(printed(call));
    await make(run, given);
  }
}

async function make(run: Run, args: readonly string[]): Promise<void> {
  try {
    await run("gh", args);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      "GitHub did not take this call; those before it are made, and all may be made again. 'gh' says:\n" +
        // The call is told already.
        reason.replace(/^Command failed: .*\n/, "").trim(),
      { cause: error },
    );
  }
}

/** Nothing is half done because nobody is logged in. */
async function checkLogin(run: Run): Promise<void> {
  try {
    await run("gh", ["auth", "status"]);
  } catch (error) {
    if (error instanceof MissingProgram) throw error;
    throw new Error(
      "'gh' is not logged in; run 'gh auth login' as an administrator of the repository, or leave out '--apply' " +
        "to see the calls.",
      { cause: error },
    );
  }
}
