import type { Contract } from "../../../../tasks/contract/contract.ts";
import { DEAD_LETTER_QUEUE } from "../../../../tasks/contract/deadLetter.ts";
import { HIDDEN } from "../../../../tasks/contract/sensitive.ts";
import { idOf } from "../calls/ownNames.ts";
import type { OperatorCalls } from "../calls/operatorCalls.ts";
import { matchingDeadLetters, payloadOf } from "../deadLetters/selector.ts";
import { taskView } from "../tasks/taskView.ts";
import { shownPayload } from "./shownPayload.ts";

/** A field of payloads and its value, such as `to=ada@example.com` or, in an object, `retry.count=3`. */
export interface FieldSearch {
  readonly path: readonly string[];
  readonly value: string;
}

/** Where something was found: the key of a queue. */
export interface FoundOn {
  readonly id: string;
  readonly queue: string;
}

/** Reads such a search; `undefined` for a text that is none. */
export function fieldSearch(text: string): FieldSearch | undefined {
  const [, name, value = ""] = /^([\w$-]+(?:\.[\w$-]+)*)=([^]+)$/.exec(text) ?? [];
  return name === undefined ? undefined : { path: name.split("."), value };
}

/**
 * The tasks and dead letters whose payload has that value in that field: all payloads are read. What is sensitive is not
 * searched unless it is `revealed`, so that nobody learns of it by guessing.
 */
export async function searchPayloads(
  calls: Pick<OperatorCalls, "operations" | "getQueue" | "listTasks">,
  contract: Pick<Contract, "tasks">,
  search: FieldSearch,
  revealed: boolean,
): Promise<FoundOn[]> {
  const isMeant = (task: string | undefined, body: Buffer): boolean => {
    const payload = revealed
      ? payloadOf({ body, cutFrom: undefined })
      : shownPayload(contract, task, body).value;
    return hasValue(payload, search);
  };
  const found: FoundOn[] = [];
  for (const [queue, name] of Object.entries(calls.operations.queues)) {
    if (queue === DEAD_LETTER_QUEUE) continue;
    for await (const page of calls.listTasks(name, "FULL")) {
      const meant = page.filter((task) =>
        isMeant(taskView(task).task, Buffer.from(task.httpRequest.body ?? "", "base64")),
      );
      found.push(...meant.map((task) => ({ id: idOf(task.name), queue })));
    }
  }
  const letters = matchingDeadLetters(calls, {
    where: (_, { task, body = Buffer.alloc(0) }) => isMeant(task, body),
  });
  for await (const page of letters) {
    found.push(...page.map(({ id }) => ({ id, queue: DEAD_LETTER_QUEUE })));
  }
  return found;
}

function hasValue(payload: unknown, { path, value }: FieldSearch): boolean {
  let part = payload;
  for (const name of path) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, name)) return false;
    part = (part as Readonly<Record<string, unknown>>)[name];
  }
  if (part === HIDDEN) return false;
  return typeof part === "string" ? part === value : JSON.stringify(part) === value;
}
