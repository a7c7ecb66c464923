import { useEffect, useState } from "preact/hooks";
import type { AnswerOf } from "../../server/calls.ts";
import { act } from "../api.ts";
import { Confirm, type About, type Doing } from "../parts.tsx";
import { countWords, span } from "../words.ts";

/** What pauses a queue, until it is resumed or for a time, and what resumes it. */
export function Switch({
  about,
  doing,
  queue,
  state,
  pauses,
  label,
  onDone,
}: {
  readonly about: About;
  readonly doing: Doing;
  readonly queue: string;
  readonly state: string;
  readonly pauses: AnswerOf<"queues">["pauses"];
  /** What a screen reader says, where the queue's name does not stand beside it. */
  readonly label?: (call: string) => string;
  readonly onDone: () => void;
}) {
  const [asks, setAsks] = useState(false);
  const call = state === "PAUSED" ? "resume" : "pause";
  const held = call === "resume" && pauses.held.find((one) => one.queue === queue);
  const isOff = doing.isBusy || !about.allowChanges;
  const run = (minutes?: number): void => {
    doing.run(async () => {
      const { notes } =
        minutes === undefined ? await act(call, { queue }) : await act("pause", { queue, minutes });
      onDone();
      return [`${queue}: ${call}d`, ...notes].join(". ");
    });
  };
  return (
    <span class="switch">
      <button
        disabled={isOff}
        aria-label={label?.(call)}
        onClick={() => {
          run();
        }}
      >
        {call}
      </button>
      {call === "pause" && (
        <button
          disabled={isOff}
          aria-label={label?.("pause for a time:") ?? "pause for a time"}
          onClick={() => {
            setAsks(true);
          }}
        >
          for…
        </button>
      )}
      {held && <Countdown until={held.until} />}
      {asks && (
        <PauseFor
          about={about}
          queue={queue}
          onNo={() => {
            setAsks(false);
          }}
          onYes={(minutes) => {
            setAsks(false);
            run(minutes);
          }}
        />
      )}
    </span>
  );
}

/** How long a pause lasts yet. The console runs on this machine, by its clock. */
function Countdown({ until }: { readonly until: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return <span class="quiet">resumes in {span(Math.max(0, until - now))}</span>;
}

/** The server takes no longer pause. */
const MOST_MINUTES = 1440;

/** Asks for how long, and says who resumes the queue then. */
function PauseFor({
  about,
  queue,
  onYes,
  onNo,
}: {
  readonly about: About;
  readonly queue: string;
  readonly onYes: (minutes: number) => void;
  readonly onNo: () => void;
}) {
  const [minutes, setMinutes] = useState("30");
  return (
    <Confirm
      about={about}
      asksName={false}
      title={`Pause ${queue} for a time?`}
      verb="Pause"
      isReady={Number(minutes) >= 1 && Number(minutes) <= MOST_MINUTES}
      onNo={onNo}
      onYes={() => {
        onYes(Number(minutes));
      }}
    >
      <label>
        For how many minutes, at most {countWords(MOST_MINUTES)}, which is a day
        <input
          inputMode="numeric"
          size={5}
          value={minutes}
          onInput={(event) => {
            setMinutes(event.currentTarget.value.replace(/\D/g, ""));
          }}
        />
      </label>
      <p>
        The console resumes it then, also when this page is closed; and at once when the console is
        ended with Ctrl+C. A machine that sleeps meanwhile resumes it when it wakes.
      </p>
      <p>
        If the console is killed, or its machine is switched off, the queue stays paused until
        somebody resumes it:{" "}
        <code>
          npm run tasks -- resume {queue}
          {about.flags}
        </code>
      </p>
    </Confirm>
  );
}
