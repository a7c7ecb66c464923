import { fork } from "node:child_process";
import { once } from "node:events";
import type { Properties } from "@background-tasks/program/resources/resourceType.ts";
import type { StackResource } from "@background-tasks/program/apply/deployment.ts";
import type { Request } from "@background-tasks/program/apply/apply.ts";

/** A resource, by what the program registers it with. */
export interface Registered {
  readonly type: string;
  readonly inputs: Properties;
}

export interface AppliedWithout {
  readonly resources: readonly StackResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

/** Applies a program without one of its resources, which nobody then makes. */
export async function applyWithout(missing: Registered, request: Request): Promise<AppliedWithout> {
  const child = fork(new URL("applyWithoutProcess.ts", import.meta.url), {
    cwd: request.directory,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "close");
  const answered = once(child, "message");
  child.send({ missing, request });
  const [applied] = (await answered) as [AppliedWithout];
  await ended;
  return applied;
}
