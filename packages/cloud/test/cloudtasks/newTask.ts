import { createTask, type Task } from "../../cloudtasks/task.ts";

/** A task for a queue that sends nothing. */
export function newTask(
  settings: Pick<Task, "createTime" | "sequence"> &
    Partial<Pick<Task, "id" | "retry">> & { readonly delayMs?: number },
): Task {
  const { createTime, sequence, id = `t${sequence}`, retry, delayMs = 0 } = settings;
  return createTask({
    id,
    request: {
      url: "http://x/",
      httpMethod: "POST",
      headers: {},
      body: undefined,
      token: undefined,
    },
    createTime,
    dispatchDeadlineMs: 600_000,
    retry,
    scheduleTime: createTime + delayMs,
    sequence,
  });
}
