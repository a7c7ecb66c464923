import { z } from "zod";
import { durationToMs } from "../api/protoTime.ts";
import { GoogleError } from "../api/googleError.ts";
import { faultSchema, type CallFault, type DeliveryFault, type Fault } from "./fault.ts";
import { matchesWildcards } from "./wildcards.ts";

/** A fault that may happen, under the id that it was given. */
export type ActiveFault = Fault & { readonly id: number };

const MAX_FAULTS = 1000;

/** The trouble that is asked for: what Google's services do now and then, at will. */
export class Faults {
  readonly #random: () => number;
  #faults: ActiveFault[] = [];
  #lastId = 0;

  /** `random` decides on faults with a probability: numbers from 0 up to 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /**
   * Adds a fault. Throws INVALID_ARGUMENT for one that says too little, or something unknown, and
   * RESOURCE_EXHAUSTED where there are too many: every request is held against each of them.
   */
  add(fault: unknown): ActiveFault {
    const { data, error } = faultSchema.safeParse(fault);
    if (error) {
      throw new GoogleError("INVALID_ARGUMENT", `No such fault: ${z.prettifyError(error)}`);
    }
    if (this.#faults.length === MAX_FAULTS) {
      throw new GoogleError(
        "RESOURCE_EXHAUSTED",
        `There are ${MAX_FAULTS} faults, as many as may be: remove some first.`,
      );
    }
    const added = { ...data, id: ++this.#lastId };
    this.#faults.push(added);
    return added;
  }

  /** What may still happen, `times` being how often yet. */
  list(): readonly ActiveFault[] {
    return this.#faults;
  }

  /** Throws NOT_FOUND where there is no fault of that id. */
  remove(id: number): void {
    const left = this.#faults.filter((fault) => fault.id !== id);
    if (left.length === this.#faults.length) {
      throw new GoogleError("NOT_FOUND", `There is no fault ${id}, or it has happened.`);
    }
    this.#faults = left;
  }

  clear(): void {
    this.#faults = [];
  }

  /** What happens to a delivery now, if anything. */
  delivery(of: { queue?: string; task?: string; job?: string }): DeliveryFault | undefined {
    return this.#take(
      (fault): fault is ActiveFault & DeliveryFault =>
        fault.on === "delivery" &&
        matches(fault.queue, of.queue) &&
        matches(fault.task, of.task) &&
        matches(fault.job, of.job),
    );
  }

  /** What happens to a call of a method now, if anything. */
  call(method: string): CallFault | undefined {
    return this.#take(
      (fault): fault is ActiveFault & CallFault =>
        fault.on === "call" && matches(fault.method, method),
    );
  }

  /** How much later a change of a policy, a new queue or a new metric is in force, or a purge is over. */
  delayMs(on: "policy" | "queue" | "purge" | "metric"): number {
    if (this.#faults.length === 0) return 0;
    const delays = this.#faults.map((fault) => (fault.on === on ? durationToMs(fault.delay) : 0));
    return Math.max(...delays);
  }

  #take<T extends ActiveFault & (DeliveryFault | CallFault)>(
    applies: (fault: ActiveFault) => fault is T,
  ): T | undefined {
    if (this.#faults.length === 0) return undefined;
    const found = this.#faults.find(
      (fault): fault is T => applies(fault) && this.#random() < (fault.probability ?? 1),
    );
    const { times } = found ?? {};
    if (times === undefined) return found;
    this.#faults = this.#faults.flatMap((fault) =>
      fault !== found ? [fault] : times === 1 ? [] : [{ ...fault, times: times - 1 }],
    );
    return found;
  }
}

function matches(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  return text !== undefined && matchesWildcards(pattern, text);
}
