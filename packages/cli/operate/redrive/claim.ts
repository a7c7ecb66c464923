import * as z from "zod";
import { taskHeaders, taskUrl, type TaskResource } from "../../../../tasks/contract/taskRequest.ts";
import type { Task } from "../calls/messages.ts";
import { idOf } from "../calls/ownNames.ts";

/*
 * A claim is a task on the dead-letter queue, which is paused: whoever redrives says by it, before anything is
 * done, of which dead letters; and whoever makes dead letters of tasks, of which tasks. Where he gets no further,
 * those that come after him know which may be done already.
 */

/** A dead letter of a claim and its task: the one that it becomes, or the one that becomes it. */
export interface Claimed {
  /** The dead letter's id. */
  readonly letter: string;
  /** The task's full name. */
  readonly task: string;
  /** Of a task that is to become a dead letter before it is due: when that is. RFC 3339. */
  readonly due?: string | undefined;
}

/** What claims are for: to put dead letters back, or to make them of tasks. */
export type ClaimKind = "redrive" | "bury";

export interface Claim {
  /** The full name. */
  readonly name: string;
  readonly kind: ClaimKind;
  /** When Google wrote it down, by Google's clock, in milliseconds. */
  readonly created: number;
  /** Who made it. */
  readonly by: string;
  readonly claimed: readonly Claimed[];
}

/** Dead letters that are claimed, and worked on, at once. So many at the most are uncertain after a crash. */
export const CLAIM_SIZE = 20;

/** Tells a claim from a dead letter: `<time> <who>`, and `bury` behind it where it is for that. */
export const CLAIM_HEADER = "Redrive-Claim";

const bodySchema = z.object({
  by: z.string(),
  claimed: z.array(
    z.object({ letter: z.string(), task: z.string(), due: z.iso.datetime().optional() }),
  ),
});

/** The task that a claim is. */
export function claimTask(
  { name, kind, by, claimed }: Omit<Claim, "created">,
  time: number,
): TaskResource & { readonly name: string } {
  return {
    name,
    httpRequest: {
      url: taskUrl(""),
      httpMethod: "POST",
      headers: {
        [taskHeaders.contentType]: "application/json",
        [CLAIM_HEADER]: `${new Date(time).toISOString()} ${encodeURIComponent(by)}${kind === "bury" ? " bury" : ""}`,
      },
      body: Buffer.from(JSON.stringify({ by, claimed })).toString("base64"),
    },
  };
}

/** Whether a task of the dead-letter queue is a claim. */
export function isClaim({ httpRequest }: Task): boolean {
  return Object.hasOwn(httpRequest.headers, CLAIM_HEADER);
}

/** What a claim is for; also of one that was read without its body. */
export function kindOfClaim({ httpRequest }: Task): ClaimKind {
  return httpRequest.headers[CLAIM_HEADER]?.endsWith(" bury") === true ? "bury" : "redrive";
}

/** Reads a claim that was read with its body. Throws for one that cannot be understood: nobody knows what is done. */
export function readClaim(task: Task): Claim {
  const { name, createTime, httpRequest } = task;
  try {
    const body: unknown = JSON.parse(Buffer.from(httpRequest.body ?? "", "base64").toString());
    const kind = kindOfClaim(task);
    return { name, kind, created: Date.parse(createTime), ...bodySchema.parse(body) };
  } catch (error) {
    throw new Error(
      `Task '${idOf(name)}' of the dead-letter queue says that it is a claim, and cannot be read. ` +
        "See who made it; while it is there, nothing can be redriven.",
      { cause: error },
    );
  }
}
