import type { Events } from "./events.ts";
import { GoogleError } from "./googleError.ts";

/** The refusal of what Google does and the local cloud does not. Whoever answers with it tells of it. */
export class NotEmulatedError extends GoogleError {
  readonly what: string;

  /** `what` is named as Google names it: a method, or a field and its value. `hint` says what to do instead. */
  constructor(what: string, hint = "") {
    super("UNIMPLEMENTED", `'${what}' is not emulated locally.${hint === "" ? "" : ` ${hint}`}`);
    this.what = what;
  }
}

/** Says in the log that something was refused because it is not emulated. Says nothing of other errors. */
export function tellNotEmulated(error: unknown, events: Events): void {
  if (error instanceof NotEmulatedError) events.emit("notEmulated", { what: error.what });
}
