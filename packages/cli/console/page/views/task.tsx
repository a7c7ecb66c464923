import { useRef, useState } from "preact/hooks";
import type { AnswerOf } from "../../server/calls.ts";
import { act, useAsk } from "../api.ts";
import { LISTED_MS } from "../asking.ts";
import { useFresh, useLive, type LiveEvent } from "../live.ts";
import { Problem, Said, Table, Title, useDoing, type About } from "../parts.tsx";
import { ago, countOf, day, last, moment, pastMoment } from "../words.ts";
import { diedIn, EventLine, lineOf } from "./liveLines.tsx";
import { shownWords } from "./change.tsx";
import { GoneTask, GoneTitle } from "./goneTask.tsx";
import { EndedLetter, isEnded } from "./endedLetter.tsx";
import { redrivenWords, Redrives } from "./redrives.tsx";
import type { Ended } from "./ended.ts";
import { Redrive } from "./redrive.tsx";
import { WaitingTask } from "./waitingTask.tsx";

/** All of one task or dead letter: its life, headers and log, and its payload once it is asked for. */
export function Task({ about, id }: { readonly about: About; readonly id: string }) {
  const { answer, error, again } = useAsk("task", { id });
  useFresh(again, about.isLocal, LISTED_MS);
  // The dead letter that it was when this opened: what was done to it is said also when it is gone.
  const was = useRef<string>(undefined);
  if (answer?.kind === "dead-letter") was.current = answer.letter.id;
  const waited = useRef(false);
  if (answer?.kind === "task") waited.current = true;
  const [ended, setEnded] = useState<Ended | undefined>(undefined);
  if (ended) return <EndedLetter about={about} ended={ended} />;
  if (!answer) return <Problem error={error} />;
  return (
    <>
      <Title>{answer.kind === "gone" ? <GoneTitle answer={answer} /> : titleOf(answer)}</Title>
      <Problem error={error} />
      {answer.kind === "gone" ? (
        <GoneTask answer={answer} id={id} />
      ) : (
        <Facts answer={answer} now={Math.max(answer.now, about.now)} />
      )}
      {answer.kind !== "gone" && <Redrives of={answer.redriven} />}
      {answer.trace !== undefined && (
        <p>
          <a href={answer.trace} target="_blank" rel="noreferrer">
            Its trace, in Google's console
          </a>
        </p>
      )}
      {waited.current && (
        <WaitingTask about={about} id={id} isThere={answer.kind === "task"} onDone={again} />
      )}
      {was.current !== undefined && (
        <Redrive
          about={about}
          letters={{ ids: [was.current] }}
          isThere={answer.kind === "dead-letter"}
          onDone={(done) => {
            if (isEnded(done)) setEnded(done);
            else again();
          }}
          canEdit
        />
      )}
      {answer.kind !== "gone" && <Payload id={id} about={about} />}
      {about.isLocal && <Life about={about} taskId={answer.taskId} id={id} />}
      <Log answer={answer} />
      {answer.kind !== "gone" && (
        <Table
          caption="Headers"
          none="It has no headers."
          rows={Object.entries(answer.headers)}
          keyOf={([name]) => name}
          columns={[
            { head: "Header", cell: ([name]) => name },
            { head: "Value", cell: ([, value]) => <span class="break">{value}</span> },
          ]}
        />
      )}
    </>
  );
}

type Answer = AnswerOf<"task">;

/** Of what is on a queue. */
type There = Exclude<Answer, { readonly kind: "gone" }>;

function titleOf(answer: There): string {
  switch (answer.kind) {
    case "dead-letter":
      return `Dead letter: ${answer.letter.task ?? "(unknown)"}`;
    case "task":
      return `Task: ${answer.view.task ?? "(unknown)"}`;
  }
}

function Facts({ answer, now }: { readonly answer: There; readonly now: number }) {
  switch (answer.kind) {
    case "dead-letter": {
      const { letter } = answer;
      const [ended, expires] = [Date.parse(letter.time), Date.parse(letter.expires)];
      const facts: readonly (readonly [string, string])[] = [
        ["Id", letter.id],
        ["Id on its queue", answer.taskId],
        ["Idempotency-Key", letter.idempotencyKey],
        ["Queue", letter.queue],
        ["Reason", letter.reason],
        ["Cause", letter.cause],
        [
          "Tried",
          `${countOf(letter.attempts, "attempt")}, ${countOf(letter.deliveries, "delivery", "deliveries")}`,
        ],
        ["Ended", pastMoment(ended, now)],
        ["Kept until", `${day(expires)} (${ago(expires, now)})`],
        ["Redriven before", redrivenWords(answer.redriven)],
      ];
      return (
        <>
          <pre class="error">{letter.error}</pre>
          <List facts={facts} />
        </>
      );
    }
    case "task": {
      const { view } = answer;
      return (
        <List
          facts={[
            ["Id", view.id],
            ["Idempotency-Key", view.idempotencyKey],
            ["Queue", answer.queue],
            ["Due", `${moment(view.due)} (${ago(view.due, now)})`],
            ["Enqueued", moment(view.created)],
            ["Deliveries", `${view.deliveries}, the last answer: ${view.lastAnswer}`],
            ...(answer.redriven.length === 0
              ? []
              : [["Redriven before", redrivenWords(answer.redriven)] as const]),
          ]}
        />
      );
    }
  }
}

function List({ facts }: { readonly facts: readonly (readonly [string, string])[] }) {
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name} class={value.length > 40 ? "wide" : ""}>
          <dt>{name}</dt>
          <dd class="break">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Payload({ id, about }: { readonly id: string; readonly about: About }) {
  const [shown, setShown] = useState<AnswerOf<"reveal"> | undefined>(undefined);
  const doing = useDoing();
  return (
    <section aria-labelledby="payload-title">
      <h2 id="payload-title">Payload</h2>
      {shown ? (
        <>
          <pre>{shown.payload}</pre>
          {shown.isHidden && (
            <p class="quiet">
              Sensitive fields are hidden. npm run tasks -- show {last(id)} --reveal{about.flags}{" "}
              shows them.
            </p>
          )}
        </>
      ) : (
        <button
          disabled={doing.isBusy}
          onClick={() => {
            doing.run(async () => {
              setShown(await act("reveal", { id }));
              return shownWords(false);
            });
          }}
        >
          Reveal
        </button>
      )}
      <Said doing={doing} />
    </section>
  );
}

/** What the local cloud told of it: from its creation over each delivery to its end. */
function Life({
  about,
  taskId,
  id,
}: {
  readonly about: About;
  readonly taskId: string;
  readonly id: string;
}) {
  const { events } = useLive();
  const own = events.filter((one) => isOf(one, taskId) || isOf(one, last(id)));
  if (own.length === 0) return null;
  const died = diedIn(own);
  return (
    <section aria-labelledby="life-title">
      <h2 id="life-title">Life</h2>
      <ol class="life">
        {own.map((one) => (
          <EventLine
            key={one.number}
            one={one}
            line={lineOf(one, about.queueNames, died)}
            // To the dead letter that it became, or to the task that a dead letter was.
            isLinked={"task" in one.event && last(one.event.task) !== last(id)}
          />
        ))}
      </ol>
    </section>
  );
}

function isOf({ event }: LiveEvent, taskId: string): boolean {
  if (!("task" in event)) return false;
  if (last(event.task) === taskId) return true;
  return "headers" in event && event.headers["Dead-Letter-Task-Id"] === taskId;
}

function Log({ answer: { timeline } }: { readonly answer: Answer }) {
  return (
    <section aria-labelledby="log-title">
      <h2 id="log-title">Log</h2>
      {timeline.length === 0 && <p class="quiet">The log knows nothing of it.</p>}
      <ol class="life">
        {timeline.map((line, i) => (
          <li key={i} class={toneOf(line.severity)}>
            <time>{moment(line.time)}</time>{" "}
            <b>{line.outcome === "" ? "log" : `attempt ${line.attempt}`}</b>{" "}
            {line.outcome !== "" && `${line.outcome}${line.status ? ` ${line.status}` : ""}  `}
            <span class="break">{line.message}</span>
            {line.stack !== "" && (
              <details open={i === timeline.length - 1}>
                <summary>Where it was thrown</summary>
                <pre>{line.stack}</pre>
              </details>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function toneOf(severity: string): string {
  if (severity === "ERROR" || severity === "CRITICAL") return "bad";
  return severity === "WARNING" ? "warn" : "plain";
}
