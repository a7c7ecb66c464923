import { act, useAsk } from "../api.ts";
import { useFresh } from "../live.ts";
import { Problem, Said, Title, useDoing, type About, type Doing } from "../parts.tsx";
import { ago, inZone, pastMoment } from "../words.ts";
import { State } from "./overview.tsx";

export function Schedules({ about }: { readonly about: About }) {
  const { answer, error, again } = useAsk("schedules");
  const doing = useDoing();
  useFresh(again, about.isLocal, 30_000);
  // Asked here and not when the page is read: it makes a browser load all its words for times.
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!answer) return <Problem error={error} />;
  return (
    <>
      <Title>Schedules</Title>
      <Problem error={error} />
      <Said doing={doing} />
      {answer.schedules.length === 0 && <p class="quiet">The stack has no schedules.</p>}
      <div class="cards">
        {answer.schedules.map((one) => (
          <section key={one.key} aria-labelledby={`schedule-${one.key}`}>
            <h2 id={`schedule-${one.key}`}>{one.key}</h2>
            <p>
              <State state={one.state} /> <code>{one.schedule}</code> {one.timeZone}
            </p>
            <p>
              {one.last === undefined
                ? "It has not run yet."
                : `Ran on ${pastMoment(one.last, answer.now)}: ${one.lastCode === 0 ? "ok" : `failed, code ${one.lastCode} ${one.lastMessage}`}`}
            </p>
            <ol aria-label="The next runs">
              {one.next.map((at) => (
                <li key={at}>
                  {inZone(at, one.timeZone)}
                  {one.timeZone !== here && `, ${inZone(at, here)}`} · {ago(at, answer.now)}
                </li>
              ))}
            </ol>
            <div class="bar">
              <button
                disabled={doing.isBusy || !about.allowChanges}
                aria-label={`Run ${one.key} now`}
                onClick={() => {
                  doing.run(async () => {
                    await act("runSchedule", { schedule: one.key });
                    again();
                    return `Cloud Scheduler runs ${one.key}.`;
                  });
                }}
              >
                Run now
              </button>
              <Switch
                {...{ about, doing }}
                schedule={one.key}
                isPaused={one.state === "PAUSED"}
                onDone={again}
              />
            </div>
          </section>
        ))}
      </div>
    </>
  );
}

/** Pauses a schedule, or resumes it, and says how long that lasts. */
function Switch({
  about,
  doing,
  schedule,
  isPaused,
  onDone,
}: {
  readonly about: About;
  readonly doing: Doing;
  readonly schedule: string;
  readonly isPaused: boolean;
  readonly onDone: () => void;
}) {
  const call = isPaused ? "resume" : "pause";
  return (
    <button
      disabled={doing.isBusy || !about.allowChanges}
      aria-label={`${call} ${schedule}`}
      onClick={() => {
        doing.run(async () => {
          await act(`${call}Schedule`, { schedule });
          onDone();
          return (
            `${schedule}: ${call}d. The program does not know of it: once the stack is refreshed, 'up' undoes it. ` +
            `Its own setting is schedules.${schedule}.paused.`
          );
        });
      }}
    >
      {call}
    </button>
  );
}
