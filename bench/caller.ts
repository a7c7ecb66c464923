import type { LoadOrder } from "./load.ts";

/** One connection. It calls `onAnswer` with what is wrong with an answer, if anything is. */
export interface Caller {
  readonly send: () => void;
  readonly close: () => void;
}

/** Opens a connection for the requests of an order. */
export type OpenCaller = (
  order: LoadOrder,
  onAnswer: (problem?: string) => void,
) => Promise<Caller>;
