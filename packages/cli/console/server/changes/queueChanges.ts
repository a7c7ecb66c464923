import { z } from "zod";
import { CommandError, EXIT } from "../../../command/exitCodes.ts";
import { pauseQueues } from "../../../operate/change/pauseCommand.ts";
import { purgeQueue } from "../../../operate/change/purgeCommand.ts";
import { resumeQueues } from "../../../operate/change/resumeCommand.ts";
import { change, text } from "../call.ts";
import { collector, type Outcome } from "../collect.ts";
import type { ConsoleContext } from "../context.ts";
import { heldRefusal } from "../heldPauses.ts";
import { acting, consent, yes } from "./acting.ts";

/** In a page nobody waits: without a time, a pause lasts until somebody resumes. */
const NO_WAIT = { sleep: async () => undefined, isInterrupted: () => false };

/** At the most a day: whoever wants more, pauses a queue until he resumes it. */
const TIMES = { error: "a pause for a time lasts from 1 minute to 1440, which is a day" };
const minutesSchema = z.int(TIMES).min(1, TIMES).max(1440, TIMES);

/** What is done to a queue. */
export function queueChanges(context: ConsoleContext) {
  const { now, flags, journal, pauses, audit } = context;
  const { act, nameOf, mayChange } = acting(context);

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

  return {
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
  };
}
