import { z } from "zod";
import { change } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { localCall } from "../localCalls.ts";
import { acting } from "./acting.ts";

/** What is done to a local cloud alone: its clock and its faults. */
export function localChanges(context: ConsoleContext) {
  const { local } = context;
  const { mayChange } = acting(context);
  return {
    advance: change(z.strictObject({ by: z.string().regex(/^\d+(\.\d+)?s$/) }), ({ by }) => {
      mayChange();
      return localCall<object>(local, "/local/v1/clock:advance", { by });
    }),
    idle: change(z.strictObject({}), () => {
      mayChange();
      return localCall<object>(local, "/local/v1/idle", {});
    }),
    addFault: change(z.strictObject({ fault: z.record(z.string(), z.json()) }), ({ fault }) => {
      mayChange();
      return localCall<object>(local, "/local/v1/faults", fault);
    }),
    removeFault: change(z.strictObject({ id: z.int() }), ({ id }) => {
      mayChange();
      return localCall<object>(local, "/local/v1/faults:remove", { id });
    }),
  };
}
