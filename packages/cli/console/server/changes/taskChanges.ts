import { z } from "zod";
import { createClient, fromEnvironment } from "../../../../../tasks/client/client.ts";
import type { TaskTable } from "../../../../../tasks/contract/contract.ts";
import { taskHeaders, taskResource } from "../../../../../tasks/contract/taskRequest.ts";
import { CommandError, EXIT } from "../../../command/exitCodes.ts";
import { shellWord } from "../../../command/shellWord.ts";
import { queueNamed } from "../../../operate/calls/ownNames.ts";
import { MAX_PAYLOAD_BYTES } from "../../../operate/redrive/edit.ts";
import { change, text } from "../call.ts";
import type { ConsoleContext } from "../context.ts";
import { changedTask, deleteWaiting, goneError, waitingTask } from "../waitingTask.ts";
import { acting, consent, yes } from "./acting.ts";

/** A task to be enqueued. */
interface Enqueued {
  readonly task: string;
  readonly payload?: unknown;
  readonly id?: string | undefined;
  readonly delay?: number | undefined;
}

/** What is done to a task that waits, and what enqueues one. */
export function taskChanges(context: ConsoleContext) {
  const { contract, local, journal, audit } = context;
  const { act, nameOf, mayChange } = acting(context);

  async function enqueue(call: string, { task, payload, id, delay }: Enqueued) {
    const declared = await contract();
    const client = createClient<TaskTable>(
      declared,
      fromEnvironment(await context.clientEnvironment()),
    );
    await audit({ what: "enqueue", queue: declared.tasks[task]?.queue, count: 1 });
    await journal({ call, to: { task, id } });
    try {
      return await client.enqueue(task, payload, { id, delay });
    } catch (error) {
      // The contract's own words.
      throw new CommandError(EXIT.usage, error instanceof Error ? error.message : String(error));
    }
  }

  return {
    /** Has a task that waits delivered at once. */
    runTask: change(z.strictObject({ id: text }), async ({ id }) => {
      mayChange();
      const calls = await context.connect();
      const { queue, task } = await waitingTask(calls, id);
      await audit({ what: "run", queue, count: 1 });
      await journal({ call: "runTask", to: id });
      if (await calls.runTask(task.name))
        return { state: (await calls.getQueue(await nameOf(queue))).state };
      throw goneError(id);
    }),

    deleteTask: change(z.strictObject({ id: text, ...consent }), ({ id, stackName }) =>
      act("deleteTask", id, (operating) => deleteWaiting(operating, id, yes(stackName))),
    ),

    /** Enqueues a task like one that waits, with the payload that `editable` gave and somebody has changed. */
    enqueueAgain: change(
      z.strictObject({ id: text, payload: z.string().max(MAX_PAYLOAD_BYTES) }),
      async ({ id, payload }) => {
        mayChange();
        const { task, value } = await changedTask(context, id, payload);
        return enqueue("enqueueAgain", { task, payload: value });
      },
    ),

    enqueue: change(
      z.strictObject({
        task: text,
        payload: z.unknown(),
        id: text.optional(),
        /** Seconds. */
        delay: z.number().min(0).optional(),
      }),
      (enqueued) => {
        mayChange();
        return enqueue("enqueue", enqueued);
      },
    ),

    /** The same by hand, for a shell. It is not carried out. */
    curl: change(
      z.strictObject({ task: text, payload: z.unknown(), id: text.optional() }),
      async ({ task, payload, id }) => {
        const { operations } = await context.connect();
        const { tasks, queues } = await contract();
        const declared = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
        if (!declared) throw new CommandError(EXIT.usage, `There is no task '${task}'.`);
        const queue = queueNamed(operations, declared.queue);
        const resource = taskResource(task, JSON.stringify(payload), {
          dispatchDeadline: queues[declared.queue]?.dispatchDeadline ?? "60s",
          ...(id !== undefined && { headers: { [taskHeaders.idempotencyKey]: id } }),
        });
        const api = local?.endpoint ?? "https://cloudtasks.googleapis.com";
        const token = local
          ? []
          : [`  -H "Authorization: Bearer $(gcloud auth print-access-token)" \\`];
        return {
          curl: [
            `curl --fail-with-body '${api}/v2/${queue}/tasks' \\`,
            ...token,
            "  -H 'Content-Type: application/json' \\",
            `  -d ${shellWord(JSON.stringify({ task: resource }))}`,
          ].join("\n"),
        };
      },
    ),
  };
}
