import type { Contract } from "../tasks/contract/contract.ts";
import { HIDDEN, sensitiveParts, type Sensitive } from "../tasks/contract/sensitive.ts";
import type { TaskRequest } from "./taskRequest.ts";

/** A text with `[hidden]` in the place of each sensitive value of one payload. */
export type Hide = (text: string) => string;

/** Gives what hides the sensitive values of a delivery's payload; `undefined` where its task has none. */
export type Hiding = (request: Pick<TaskRequest, "task" | "body">) => Hide | undefined;

/** Of fewer characters a value is part of too many words that have nothing to do with it. */
const LEAST_LENGTH = 3;
/** Of more values, texts are hidden as a whole. */
const MOST_VALUES = 1000;

/** What a task's schema marks is looked up once, when the first of its deliveries comes. */
export function makeHiding(tasks: Contract["tasks"]): Hiding {
  const known = new Map<string, Sensitive>();

  return ({ task = "", body }) => {
    const contract = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
    if (!contract) return undefined;
    const sensitive = known.get(task) ?? sensitiveParts(contract.payload);
    known.set(task, sensitive);
    if (!sensitive.isAny) return undefined;
    // Few deliveries have anything to tell of their payloads.
    let values: readonly string[] | undefined;
    return (text) => {
      values ??= formsIn(body, sensitive);
      if (values.length > MOST_VALUES) return HIDDEN;
      return values.reduce((rest, value) => rest.replaceAll(value, HIDDEN), text);
    };
  };
}

/** The sensitive values of a body as a text may hold them, the longest first: one may be part of another. */
function formsIn(body: Uint8Array, { valuesIn }: Sensitive): string[] {
  let payload: unknown;
  try {
    payload = JSON.parse(Buffer.from(body).toString());
  } catch {
    // Then no handler is run, and what is told of it quotes nothing.
    return [];
  }
  const forms = [...valuesIn(payload)]
    .filter(({ length }) => length >= LEAST_LENGTH)
    .flatMap((value) => [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value.toWellFormed()),
    ]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}
