import { typeErrors } from "../command/typeErrors.ts";
import { EngineError } from "./engineFailure.ts";

/** Checks the types of what is deployed, until that is broken off. Throws `EngineError` with all that is wrong. */
export async function checkTypes(signal: AbortSignal): Promise<void> {
  const errors = await typeErrors(signal);
  if (errors.length === 0) return;
  throw new EngineError(
    [...errors, "What is deployed has type errors. '--no-type-check' goes on all the same."].join(
      "\n",
    ),
  );
}
