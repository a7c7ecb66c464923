import { useState } from "preact/hooks";
import { act } from "../api.ts";
import { Confirm, Said, TaskLink, useDoing, type About } from "../parts.tsx";
import { last } from "../words.ts";
import { shownWords } from "./change.tsx";

/** What is done to a task that waits: it is delivered now, deleted, or enqueued once more with another payload. */
export function WaitingTask({
  about,
  id,
  isThere,
  onDone,
}: {
  readonly about: About;
  readonly id: string;
  /** Whether it waits yet: what was done to it is said also when it is gone. */
  readonly isThere: boolean;
  readonly onDone: () => void;
}) {
  const doing = useDoing();
  const [asks, setAsks] = useState(false);
  const [payload, setPayload] = useState<string | undefined>(undefined);
  const [made, setMade] = useState<string | undefined>(undefined);
  const isOff = doing.isBusy || !about.allowChanges;
  return (
    <>
      {isThere && (
        <div class="bar">
          <button
            disabled={isOff}
            onClick={() => {
              doing.run(async () => {
                const { state } = await act("runTask", { id });
                onDone();
                return state === "PAUSED"
                  ? "It is delivered now, though its queue is paused."
                  : "It is delivered now.";
              });
            }}
          >
            Run now
          </button>
          <button
            disabled={isOff}
            onClick={() => {
              setAsks(true);
            }}
          >
            Delete…
          </button>
          <button
            disabled={isOff}
            onClick={() => {
              if (payload !== undefined) {
                setPayload(undefined);
                return;
              }
              doing.run(async () => {
                const { text, isHidden } = await act("editable", { id });
                setPayload(text);
                return shownWords(isHidden);
              });
            }}
          >
            {payload === undefined ? "Enqueue again, changed…" : "Leave it as it is"}
          </button>
        </div>
      )}
      {isThere && payload !== undefined && (
        <div class="change">
          <label>
            The payload of another such task, as JSON; this one stays
            <textarea
              rows={12}
              value={payload}
              spellcheck={false}
              onInput={(event) => {
                setPayload(event.currentTarget.value);
              }}
            />
          </label>
          <div class="bar">
            <button
              class="strong"
              disabled={isOff}
              onClick={() => {
                doing.run(async () => {
                  const { name } = await act("enqueueAgain", { id, payload });
                  setMade(last(name));
                  setPayload(undefined);
                  return "Enqueued.";
                });
              }}
            >
              Enqueue
            </button>
          </div>
        </div>
      )}
      <Said doing={doing} />
      {made !== undefined && (
        <p>
          <TaskLink id={made}>See the new task</TaskLink>
        </p>
      )}
      {asks && (
        <Confirm
          about={about}
          title="Delete this task?"
          verb="Delete"
          onNo={() => {
            setAsks(false);
          }}
          onYes={(stackName) => {
            setAsks(false);
            doing.run(async () => {
              const { exitCode } = await act("deleteTask", {
                id,
                ...(about.protect && { stackName }),
              });
              onDone();
              return exitCode === 0
                ? "It is deleted."
                : "It is gone. Whether this deleted it is not known: an answer was lost.";
            });
          }}
        >
          <p>It becomes no dead letter. A delivery that is under way ends all the same.</p>
        </Confirm>
      )}
    </>
  );
}
