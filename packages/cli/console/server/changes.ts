import { join } from "node:path";
import { z } from "zod";
import type { Operation } from "../../../../infra/alerts/operationsLog.ts";
import { createClient, fromEnvironment } from "../../../../tasks/client/client.ts";
import type { TaskTable } from "../../../../tasks/contract/contract.ts";
import { taskHeaders, taskResource } from "../../../../tasks/contract/taskRequest.ts";
import { CommandError, EXIT } from "../../command/exitCodes.ts";
import { queueNamed, scheduleNamed } from "../../operate/calls/ownNames.ts";
import { pauseQueues } from "../../operate/change/pauseCommand.ts";
import { purgeQueue } from "../../operate/change/purgeCommand.ts";
import { resumeQueues } from "../../operate/change/resumeCommand.ts";
import { discardLetters } from "../../operate/deadLetters/discardCommand.ts";
import { exportLetters } from "../../operate/deadLetters/exportCommand.ts";
import { GROUP_BY } from "../../operate/deadLetters/groups.ts";
import type { Operating } from "../../operate/operatorCommand.ts";
import { redriveLetters } from "../../operate/redrive/command.ts";
import { editOf, MAX_PAYLOAD_BYTES } from "../../operate/redrive/edit.ts";
import { journalsOf } from "../../operate/redrive/journal.ts";
import { shownPayload } from "../../operate/show/shownPayload.ts";
import { stateFolder } from "../../operate/stateFolder.ts";
import type { ExitCode } from "../../command/exitCodes.ts";
import { change, text, workSchema } from "./call.ts";
import { collected, collector, type Outcome } from "./collect.ts";
import type { ConsoleContext } from "./context.ts";
import { foundPayload } from "./foundPayload.ts";
import { heldRefusal } from "./heldPauses.ts";
import { lettersSchema, selectorOf, type Letters } from "./letters.ts";
import { localCall } from "./localCalls.ts";
import { changedTask, deleteWaiting, goneError, waitingTask } from "./waitingTask.ts";
import { editablePayload, wholeEdit } from "./wholeEdit.ts";

/** The stack's name, typed once more: what a protected stack asks for, as its commands do. */
const named = { work: workSchema.optional() };
const consent = { stackName: text.optional() };
const yes = (stackName: string | undefined) => ({
  yes: true,
  json: true,
  ...(stackName !== undefined && { stackName }),
});

/** In a page nobody waits: without a time, a pause lasts until somebody resumes. */
const NO_WAIT = { sleep: async () => undefined, isInterrupted: () => false };

/** At the most a day: whoever wants more, pauses a queue until he resumes it. */
const TIMES = { error: "a pause for a time lasts from 1 minute to 1440, which is a day" };
const minutesSchema = z.int(TIMES).min(1, TIMES).max(1440, TIMES);

/** A task to be enqueued. */
interface Enqueued {
  readonly task: string;
  readonly payload?: unknown;
  readonly id?: string | undefined;
  readonly delay?: number | undefined;
}

/** What the page can ask for that changes something, or shows what is hidden. Each is written into the journal. */
export function changes(context: ConsoleContext) {
  const { contract, now, local, flags, journal, pauses, audit } = context;

  /** Does what a command does, and says what it says. */
  async function act(
    call: string,
    to: unknown,
    run: (operating: Operating) => Promise<ExitCode>,
    work?: string,
  ): Promise<Outcome> {
    mayChange();
    await journal({ call, to });
    const outcome = await told(run, work);
    await journal({ call, to, exitCode: outcome.exitCode });
    return outcome;
  }

  /** Runs what a command runs; how far it is can be asked for while it runs, where the page has a name for it. */
  async function told(
    run: (operating: Operating) => Promise<ExitCode>,
    work: string | undefined,
  ): Promise<Outcome> {
    const calls = await context.connect();
    try {
      return await collected(
        now,
        (output) => run({ calls, output, audit, flags }),
        (words) => {
          if (work !== undefined) context.progress.set(work, words);
        },
      );
    } finally {
      if (work !== undefined) context.progress.delete(work);
    }
  }

  /** Pauses a queue for a time, and says so once it is paused. */
  async function holdPause(queue: string, minutes: number): Promise<Outcome> {
    const to = { queue, minutes };
    const calls = await context.connect();
    await journal({ call: "pause", to });
    const { output, outcome } = collector(now);
    const ended = await pauses.hold(queue, minutes * 60_000, {
      async pause(ground) {
        const options = { for: minutes * 60_000, json: true };
        return outcome(
          await pauseQueues({ calls, output, audit, flags }, [queue], options, ground),
        );
      },
      onEnd({ exitCode, notes }) {
        if (exitCode !== EXIT.done) context.say(notes.at(-1) ?? "");
        journal({ call: "pause ended", to, exitCode }).catch((error: unknown) => {
          context.say(`The console's log cannot be written: ${String(error)}`);
        });
      },
    });
    if (!ended) return outcome(EXIT.done);
    throw new CommandError(
      EXIT.failed,
      `'${queue}' is paused already: a pause that somebody else began is not given an end. Resume it first.`,
    );
  }

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

  async function switchSchedule(schedule: string, action: Operation): Promise<object> {
    mayChange();
    const calls = await context.connect();
    const job = scheduleNamed(calls.operations, schedule);
    await audit({ what: `${action}-schedule`, count: 1 });
    await journal({ call: `${action}Schedule`, to: schedule });
    await calls.switchJob(job, action);
    return {};
  }

  async function nameOf(queue: string): Promise<string> {
    return queueNamed((await context.connect()).operations, queue);
  }

  function mayChange(): void {
    if (context.allowChanges) return;
    throw new CommandError(
      EXIT.notConfirmed,
      "This console only looks. Start it with '--allow-changes' to change anything.",
    );
  }

  return {
    /** The payload of a task or dead letter, but for its sensitive fields. Written down: who looked at what. */
    reveal: change(z.strictObject({ id: text }), async ({ id }) => {
      const {
        task,
        body = Buffer.alloc(0),
        cutFrom,
      } = await foundPayload(await context.connect(), id);
      await audit({ what: "reveal", count: 1 });
      await journal({ call: "reveal", to: id });
      if (context.reveal) return { payload: body.toString(), isHidden: false, cutFrom };
      const { value, isHidden } = shownPayload(await contract(), task, body);
      return { payload: JSON.stringify(value, undefined, 2), isHidden, cutFrom };
    }),

    /** A payload to be changed as a whole: what is sensitive is numbered, and stays what it is. */
    editable: change(z.strictObject({ id: text }), async ({ id }) => {
      const { text: json, isHidden } = await editablePayload(context, id);
      await audit({ what: "reveal", count: 1 });
      await journal({ call: "reveal", to: id });
      return { text: json, isHidden };
    }),

    /** With a time, this console resumes the queue: see `HeldPauses`. */
    pause: change(
      z.strictObject({ queue: text, minutes: minutesSchema.optional() }),
      async ({ queue, minutes }) => {
        mayChange();
        pauses.forget(queue);
        const held = pauses.of(queue);
        if (held) {
          const { state } = await (await context.connect()).getQueue(await nameOf(queue));
          if (state === "PAUSED") throw heldRefusal(held);
          // Somebody has resumed it elsewhere.
          await pauses.end(queue);
        }
        return minutes === undefined
          ? act("pause", queue, (operating) =>
              pauseQueues(operating, [queue], { json: true }, NO_WAIT),
            )
          : holdPause(queue, minutes);
      },
    ),
    resume: change(z.strictObject({ queue: text }), ({ queue }) =>
      act("resume", queue, async (operating) => {
        pauses.forget(queue);
        // It resumes the queue itself; where it cannot, this is a second try.
        await pauses.end(queue);
        return resumeQueues(operating, [queue], { json: true }, NO_WAIT);
      }),
    ),
    purge: change(z.strictObject({ queue: text, ...consent }), ({ queue, stackName }) =>
      act("purge", queue, (operating) => purgeQueue(operating, queue, yes(stackName))),
    ),

    /** A dry run changes nothing, and may be asked for by whoever may only look. */
    redrive: change(
      z.strictObject({
        letters: lettersSchema,
        dryRun: z.boolean(),
        /** What a dry run puts together. */
        by: z.enum(GROUP_BY).optional(),
        probe: z.int().min(1).max(10_000).optional(),
        /** Tasks a second. */
        rate: z.number().positive().max(500).optional(),
        /** Fields of payloads, such as `to=ada@example.com`. */
        set: z.array(z.string().max(1_000_000)).min(1).max(20).optional(),
        /** The whole payload of one dead letter, as `editable` gave it and somebody has changed it. */
        payload: z.string().max(MAX_PAYLOAD_BYTES).optional(),
        /** Sends what the contract refuses, too. */
        force: z.boolean().optional(),
        ...{ ...consent, ...named },
      }),
      async ({
        letters,
        dryRun,
        by,
        probe,
        rate,
        set,
        payload,
        force = false,
        work,
        stackName,
      }) => {
        const edit =
          payload === undefined
            ? await editOf({ ...(set && { set }) })
            : await wholeEdit(context, onlyIdOf(letters, set), payload);
        const declared = await contract();
        const run = (operating: Operating): Promise<ExitCode> =>
          redriveLetters(
            operating,
            declared,
            selectorOf(letters),
            {
              ...yes(stackName),
              ...{ dryRun, reveal: false, force, uncertain: false },
              ...(by !== undefined && { by }),
              ...(probe !== undefined && { probe }),
              ...(rate !== undefined && { rate }),
            },
            edit,
            { ...context.redrive, isStopped: () => false },
          );
        const isRewritten = payload === undefined ? {} : { isRewritten: true };
        const forced = force ? { force } : {};
        const to = { letters, fields: set?.map(fieldOf), ...isRewritten, ...forced };
        if (!dryRun) return act("redrive", to, run, work);
        // What is to be changed is shown as it is and as it would be.
        if (edit) await journal({ call: "reveal", to: letters });
        return told(run, work);
      },
    ),

    discard: change(
      z.strictObject({ letters: lettersSchema, ...consent, ...named }),
      ({ letters, stackName, work }) => {
        const run = (operating: Operating): Promise<ExitCode> => {
          const folder = stateFolder(operating.calls.operations.stack);
          return discardLetters(
            operating,
            selectorOf(letters),
            { ...yes(stackName), backup: true, uncertain: false, dryRun: false },
            {
              by: context.redrive.by,
              folder: join(folder, "discarded"),
              journal: { told: journalsOf(folder) },
            },
          );
        };
        return act("discard", letters, run, work);
      },
    ),

    /** Into a file of the one who started the console: a browser's downloads are for anybody to read. */
    export: change(
      z.strictObject({ letters: lettersSchema, ...named }),
      async ({ letters, work }) => {
        const { operations } = await context.connect();
        const time = new Date(now()).toISOString().replace(/[-:.]/g, "");
        const folder = join(stateFolder(operations.stack), "exported");
        await context.makeFolder(folder);
        const to = { to: join(folder, `${time}.ndjson`), json: true };
        const run = (operating: Operating): Promise<ExitCode> =>
          exportLetters(operating, selectorOf(letters), to, context.redrive.by);
        return act("export", letters, run, work);
      },
    ),

    runSchedule: change(z.strictObject({ schedule: text }), async ({ schedule }) => {
      mayChange();
      const calls = await context.connect();
      const job = scheduleNamed(calls.operations, schedule);
      await audit({ what: "run", count: 1 });
      await journal({ call: "runSchedule", to: schedule });
      await calls.runJob(job);
      return {};
    }),

    /** The program does not know of it. */
    pauseSchedule: change(z.strictObject({ schedule: text }), ({ schedule }) =>
      switchSchedule(schedule, "pause"),
    ),
    resumeSchedule: change(z.strictObject({ schedule: text }), ({ schedule }) =>
      switchSchedule(schedule, "resume"),
    ),

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
        const json = JSON.stringify({ task: resource }).replaceAll("'", String.raw`'\''`);
        const token = local
          ? []
          : [`  -H "Authorization: Bearer $(gcloud auth print-access-token)" \\`];
        return {
          curl: [
            `curl --fail-with-body '${api}/v2/${queue}/tasks' \\`,
            ...token,
            "  -H 'Content-Type: application/json' \\",
            `  -d '${json}'`,
          ].join("\n"),
        };
      },
    ),

    advance: change(z.strictObject({ by: z.string().regex(/^\d+(\.\d+)?s$/) }), ({ by }) => {
      mayChange();
      return localCall<object>(local, "/local/v1/clock:advance", { by });
    }),
    idle: change(z.strictObject({}), () => {
      mayChange();
      return localCall<object>(local, "/local/v1/idle", {});
    }),
    addFault: change(z.strictObject({ fault: z.record(z.string(), z.json()) }), ({ fault }) => {
      mayChange();
      return localCall<object>(local, "/local/v1/faults", fault);
    }),
    removeFault: change(z.strictObject({ id: z.int() }), ({ id }) => {
      mayChange();
      return localCall<object>(local, "/local/v1/faults:remove", { id });
    }),
  };
}

/** The id of the one dead letter that is to get a payload. */
function onlyIdOf({ ids = [], ...others }: Letters, set: readonly string[] | undefined): string {
  const [id] = ids;
  const isOne = ids.length === 1 && Object.values(others).every((value) => value === undefined);
  if (id !== undefined && isOne && set === undefined) return id;
  throw new CommandError(
    EXIT.usage,
    "A whole payload is given to one dead letter, named by its id, without fields beside it.",
  );
}

/** `to=ada@example.com` is told as `to`: the value is part of a payload. */
function fieldOf(set: string): string {
  return set.slice(0, Math.max(0, set.indexOf("=")));
}
