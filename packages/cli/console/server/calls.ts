import type { TypedCall } from "./call.ts";
import { changes } from "./changes.ts";
import type { ConsoleContext } from "./context.ts";
import { reads } from "./reads.ts";

/** All that the page can ask for. Google's API and the access token stay on this side of it. */
export function consoleCalls(context: ConsoleContext) {
  return { ...reads(context), ...changes(context) };
}

type All = ReturnType<typeof consoleCalls>;
export type CallName = keyof All;
export type ArgsOf<Name extends CallName> =
  All[Name] extends TypedCall<infer Args, unknown> ? Args : never;
export type AnswerOf<Name extends CallName> = Awaited<ReturnType<All[Name]["run"]>>;
/** Those that are sent as GET. */
export type ReadName = keyof ReturnType<typeof reads>;
