import { OPERATIONS_LOG } from "../../../infra/alerts/operationsLog.ts";
import { CommandError, EXIT } from "../command/exitCodes.ts";
import type { AuditedDeed } from "./calls/auditedDeed.ts";
import type { OperatorCalls } from "./calls/operatorCalls.ts";
import type { Output } from "./output.ts";

/** Writes down what is about to be done, and by whom. Throws where it cannot be written: it is not done then. */
export type Audit = (deed: AuditedDeed) => Promise<void>;

/** That of a command without `--audit`. */
export const noAudit: Audit = async () => undefined;

/** That of a command with `--audit`. `who` tells the account. */
export function auditTo(
  { writeAudit }: Pick<OperatorCalls, "writeAudit">,
  who: () => Promise<string>,
): Audit {
  return async (deed) => {
    try {
      await writeAudit({ ...deed, who: await who() });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CommandError(
        error instanceof CommandError ? error.exitCode : EXIT.failed,
        `'--audit' cannot write ${deedWords(deed)} into the log '${OPERATIONS_LOG}': ${why} ` +
          `It takes roles/logging.logWriter on the project. ${NOT_DONE}`,
        { cause: error },
      );
    }
  };
}

/** Of several queues, those before may be done. */
const NOT_DONE = "It was not done.";

function deedWords({ what, queue }: AuditedDeed): string {
  return queue === undefined ? `'${what}'` : `'${what}' of '${queue}'`;
}

/** Writes down what undoes something, which is done whether or not that can be written: it is told then. */
export async function auditUndo(
  { audit, output }: { readonly audit: Audit; readonly output: Pick<Output, "note"> },
  deed: AuditedDeed,
): Promise<void> {
  try {
    await audit(deed);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    output.note(why.replace(NOT_DONE, "It was done all the same."));
  }
}
