import type { contract } from "../../tasks/index.ts";
import type * as worker from "../handler.ts";

type Stack = typeof contract;

/** The handler of one of this stack's tasks. */
export type Handler<Name extends keyof Stack["tasks"]> = worker.Handler<Stack, Name>;

/** One handler for each of them. */
export type Handlers = worker.Handlers<Stack>;
