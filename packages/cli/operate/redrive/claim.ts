import * as z from "zod";
import { taskHeaders, taskUrl, type TaskResource } from "../../../../tasks/contract/taskRequest.ts";
import type { Task } from "../calls/messages.ts";
import { idOf } from "../calls/ownNames.ts";

/*
 * A claim is a task on the dead-letter queue, which is paused: whoever redrives says by it, before anything is
 * done, of which dead letters. Where he gets no further, those that come after him know which may be done already.
 */

/** A dead letter of a claim, and the task that it becomes. */
export interface Claimed {
  /** The dead letter's id. */
  readonly letter: string;
  /** The redriven task's full name. */
  readonly task: string;
}

export interface Claim {
  /** The full name. */
  readonly name: string;
  /** When Google wrote it down, by Google's clock, in milliseconds. */
  readonly created: number;
  /** Who made it. */
  readonly by: string;
  readonly claimed: readonly Claimed[];
}

/** Dead letters that are claimed, and worked on, at once. So many at the most are uncertain after a crash. */
export const CLAIM_SIZE = 20;

/** Tells a claim from a dead letter: `<time> <who>`. */
export const CLAIM_HEADER = "Redrive-Claim";

const bodySchema = z.object({
  by: z.string(),
  claimed: z.array(z.object({ letter: z.string(), task: z.string() })),
});

/** The task that a claim is. */
export function claimTask(
  { name, by, claimed }: Omit<Claim, "created">,
  time: number,
): TaskResource & { readonly name: string } {
  return {
    name,
    httpRequest: {
      url: taskUrl(""),
      httpMethod: "POST",
      headers: {
        [taskHeaders.contentType]: "application/json",
        [CLAIM_HEADER]: `${new Date(time).toISOString()} ${encodeURIComponent(by)}`,
      },
      body: Buffer.from(JSON.stringify({ by, claimed })).toString("base64"),
    },
  };
}

/** Whether a task of the dead-letter queue is a claim. */
export function isClaim({ httpRequest }: Task): boolean {
  return Object.hasOwn(httpRequest.headers, CLAIM_HEADER);
}

/** Reads a claim that was read with its body. Throws for one that cannot be understood: nobody knows what is done. */
export function readClaim({ name, createTime, httpRequest }: Task): Claim {
  try {
    const body: unknown = JSON.parse(Buffer.from(httpRequest.body ?? "", "base64").toString());
    return { name, created: Date.parse(createTime), ...bodySchema.parse(body) };
  } catch (error) {
    throw new Error(
      `Task '${idOf(name)}' of the dead-letter queue says that it is a claim of a redrive, and cannot be read. ` +
        "See who made it; while it is there, nothing can be redriven.",
      { cause: error },
    );
  }
}
