import { useEffect } from "preact/hooks";
import type { AnswerOf } from "../../server/calls.ts";
import { useAsk } from "../api.ts";
import { DEAD_LETTERS, tellDeadLetters, useDeadLetters } from "../deadLetterCount.ts";
import { useFresh } from "../live.ts";
import { Problem, Said, Table, Title, useDoing, type About } from "../parts.tsx";
import { linkTo } from "../session.ts";
import { costWords, STATS_MS } from "../asking.ts";
import { ago, countOf, countWords, day, past, rateWords, span } from "../words.ts";
import { Depth } from "./depth.tsx";
import { Spark, useDepths } from "./series.tsx";
import { LiveLines } from "./liveLines.tsx";
import { Switch } from "./switch.tsx";
import { WorkerLine } from "./workerLine.tsx";

/** The stack on one screen, as `status` shows it. */
export function Overview({ about }: { readonly about: About }) {
  const { answer, error, again } = useAsk("overview");
  // A local cloud is asked for all of it as often.
  const queues = useAsk(about.isLocal ? undefined : "queues");
  const depths = useDepths();
  const doing = useDoing();
  useFresh(queues.again, about.isLocal);
  useFresh(again, about.isLocal, 30_000);
  useEffect(() => {
    if (!answer) return;
    const causes = answer.causes?.isWhole ? answer.causes.count : undefined;
    tellDeadLetters({ count: answer.deadLetters.count, time: answer.now, causes });
  }, [answer]);
  useTellQueues(queues.answer);
  if (!answer) return <Problem error={error} />;
  const now = answer.now;
  const asked = queues.answer ?? answer;
  const views = asked.queues.filter(({ key }) => key !== DEAD_LETTERS);
  const { pauses } = asked;
  const problems = [...pauses.problems, ...answer.problems];
  return (
    <>
      <Title>Overview</Title>
      <Problem error={error} />
      {problems.length > 0 && (
        <ul class="problems" aria-label="What somebody should look at">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <Alerts about={about} />
      <Table
        caption="Queues"
        none="The stack has no queues."
        rows={views}
        keyOf={({ key }) => key}
        columns={[
          { head: "Queue", cell: ({ key }) => <a href={linkTo("queue", key)}>{key}</a> },
          { head: "State", cell: ({ state }) => <State state={state} /> },
          { head: "Tasks", isNumber: true, cell: ({ tasks }) => countWords(tasks) },
          { head: "Last hour", cell: ({ key }) => <Spark values={depths[key] ?? []} /> },
          { head: "Oldest due", cell: ({ oldestDue }) => ago(oldestDue, now) },
          {
            head: "Delivered last min",
            isNumber: true,
            cell: ({ deliveredLastMinute }) => countWords(deliveredLastMinute),
          },
          {
            head: "In flight",
            cell: ({ inFlight, mostInFlight }) => `${inFlight} of ${countWords(mostInFlight)}`,
          },
          { head: "Rate now / asked", cell: ({ rate, askedRate }) => rateWords(rate, askedRate) },
          { head: "Drains in", cell: ({ drainsInMs }) => span(drainsInMs) },
          {
            head: "Do",
            cell: ({ key, state }) => (
              <Switch
                {...{ about, doing, state, pauses }}
                queue={key}
                label={(call) => `${call} ${key}`}
                onDone={() => {
                  again();
                  queues.again();
                }}
              />
            ),
          },
        ]}
      />
      <Said doing={doing} />
      <Depth asked={asked} shown={views} />
      <div class="cards">
        <section>
          <h2>
            <a href={linkTo("dead-letters")}>Dead letters</a>
          </h2>
          <DeadLetterLine answer={answer} />
        </section>
        <section>
          <h2>
            <a href={linkTo("worker")}>Worker</a>
          </h2>
          {answer.workers.map((worker) => (
            <WorkerLine
              key={worker.service}
              worker={worker}
              queues={views}
              revisions={answer.revisions}
            />
          ))}
        </section>
        <section>
          <h2>
            <a href={linkTo("schedules")}>Schedules</a>
          </h2>
          {answer.schedules.map(({ key, state, next, last, lastCode }) => (
            <p key={key}>
              {key}: {state === "ENABLED" ? `next ${ago(next, now)}` : state.toLowerCase()}
              {last !== undefined &&
                `; last ${past(last, now)}, ${lastCode === 0 ? "ok" : `failed, code ${lastCode}`}`}
            </p>
          ))}
        </section>
      </div>
      {about.isLocal ? (
        <LiveLines about={about} />
      ) : (
        <p class="quiet">{costWords(views.length + 1, 1)}</p>
      )}
    </>
  );
}

/** Tells how many dead letters there are, where the queues were asked. */
export function useTellQueues(answer: AnswerOf<"queues"> | undefined): void {
  useEffect(() => {
    const own = answer?.queues.find(({ key }) => key === DEAD_LETTERS);
    if (answer && own) tellDeadLetters({ count: own.tasks, time: answer.now });
  }, [answer]);
}

function DeadLetterLine({
  answer: { now, deadLetters },
}: {
  readonly answer: Pick<AnswerOf<"overview">, "now" | "deadLetters">;
}) {
  const { count, oldest, keptMs } = deadLetters;
  const known = useDeadLetters();
  if (!oldest) return <p>None. They are kept for {span(keptMs)}.</p>;
  const causes =
    known?.count === count && known.causes !== undefined
      ? ` of ${countOf(known.causes, "cause")}`
      : "";
  return (
    <p>
      {countOf(count, "dead letter")}
      {causes}, the oldest of {past(oldest.created, now)}, which is kept until {day(oldest.expires)}
      .
    </p>
  );
}

/** How often a deployed stack is asked what fires. */
const ALERTS_MS = 60_000;

function Alerts({ about }: { readonly about: About }) {
  const { answer, error, again } = useAsk("alerts");
  // Few events open one: a local cloud is not asked after each.
  useFresh(again, false, about.isLocal ? STATS_MS : ALERTS_MS);
  if (answer?.notTold !== undefined) {
    return <p class="quiet">Alerts cannot be listed: {answer.notTold}</p>;
  }
  if (!answer || answer.firing.length === 0) return <Problem error={error} />;
  return (
    <section aria-labelledby="alerts-title" class="problems">
      <h2 id="alerts-title">Now firing</h2>
      <ul>
        {firingOf(answer.firing).map(({ title, of, newest, advice }) => (
          <li key={title}>
            <b class="bad">{title}</b>{" "}
            {of.length > 1
              ? `${countOf(of.length, "time")}, the newest ${past(newest, answer.now)}`
              : `${of[0]?.about ? `${of[0].about}, ` : ""}${past(newest, answer.now)}`}
            {of.length > 1 && of.some(({ about: what }) => what !== "") && (
              <ul>
                {of.slice(0, MOST_FIRING).map(({ about: what, since }) => (
                  <li key={what}>
                    {what}, {past(since, answer.now)}
                  </li>
                ))}
                {of.length > MOST_FIRING && <li>and {countWords(of.length - MOST_FIRING)} more</li>}
              </ul>
            )}
            {advice !== "" && (
              <details>
                <summary>What to do</summary>
                <pre>{advice}</pre>
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

type Firing = AnswerOf<"alerts">["firing"];

/** Of an alert that fires of many things, so many are named, the newest first. */
const MOST_FIRING = 10;

/** What fires by its alert, in the order in which they began: an alert of dead letters fires of each cause. */
function firingOf(firing: Firing) {
  const titles = new Set(firing.map(({ title }) => title));
  return [...titles].map((title) => {
    const of = firing.filter((one) => one.title === title).sort((a, b) => b.since - a.since);
    return { title, of, newest: of[0]?.since, advice: of[0]?.advice ?? "" };
  });
}

export function State({ state }: { readonly state: string }) {
  return <span class={state === "RUNNING" || state === "ENABLED" ? "good" : "warn"}>{state}</span>;
}
