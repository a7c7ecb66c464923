import { useState } from "preact/hooks";
import { useAsk } from "../api.ts";
import { nothing, useFresh, useLive } from "../live.ts";
import { Choice, Filter, Problem, Table, TaskLink, Title, type About } from "../parts.tsx";
import { clock, countOf, mebibytes, past } from "../words.ts";
import { Memory } from "./memory.tsx";
import { toneOf } from "./task.tsx";

const SEVERITIES = ["DEFAULT", "INFO", "WARNING", "ERROR"] as const;

export function Worker({ about }: { readonly about: About }) {
  const { answer, error, again } = useAsk("workers");
  useFresh(about.isLocal ? again : nothing, about.isLocal);
  const [severity, setSeverity] = useState<(typeof SEVERITIES)[number]>("DEFAULT");
  const [filter, setFilter] = useState("");
  const log = useAsk("log", { minutes: 15, severity });
  // Google lets a project read its logs sixty times a minute.
  useFresh(log.again, about.isLocal, 10_000);
  const lines = (log.answer?.lines ?? [])
    .filter((line) => `${line.task} ${line.message} ${line.stack}`.includes(filter))
    .toReversed();
  return (
    <>
      <Title>Worker</Title>
      <Problem error={error ?? log.error} />
      {answer?.workers.map((one) => (
        <p key={one.service}>
          <b>{one.service}</b>: {one.isReady ? "ready" : `not ready: ${one.message}`}, revision{" "}
          {one.revision}, {one.minInstances} to {countOf(one.maxInstances, "instance")} of{" "}
          {countOf(one.concurrency, "place")}
          {one.memory !== "" && `, each with ${one.memory} of memory`}
          {one.instances &&
            `: ${one.instances.active} active and ${one.instances.idle} idle, counted ${past(one.instances.time, answer.now)}`}
          .
        </p>
      ))}
      {answer?.revisions ? (
        <>
          <Table
            caption="Instances"
            none="No instance runs."
            rows={answer.revisions.flatMap(({ revision, instances }) =>
              instances.map((one, i) => ({ ...one, revision, key: `${revision} ${i}` })),
            )}
            keyOf={({ key }) => key}
            columns={[
              { head: "Revision", cell: ({ revision }) => revision },
              { head: "Started", cell: (one) => past(Date.parse(one.startTime), answer.now) },
              { head: "In flight", isNumber: true, cell: ({ inFlight }) => inFlight },
              {
                head: "Memory",
                isNumber: true,
                cell: (one) =>
                  one.memoryBytes === undefined ? "not known" : mebibytes(one.memoryBytes),
              },
            ]}
          />
          <Instances />
        </>
      ) : (
        <Memory />
      )}
      <h2>Log of the last 15 minutes</h2>
      <div class="bar">
        <Choice
          label="From"
          value={severity}
          of={SEVERITIES.map((one) => [one, one === "DEFAULT" ? "everything" : one.toLowerCase()])}
          onChoice={setSeverity}
        />
        <Filter value={filter} onInput={setFilter} />
      </div>
      {lines.length === 0 && <p class="quiet">It wrote nothing.</p>}
      <ol class="lines" tabIndex={0} aria-label="The worker's log, the latest first">
        {lines.map((line, i) => (
          <li key={`${line.time} ${i}`} class={toneOf(line.severity)}>
            <time>{clock(line.time)}</time> {line.task} {line.message}{" "}
            {line.taskId !== "" && <TaskLink id={line.taskId} />}
            {line.stack !== "" && (
              <details>
                <summary>Where it was thrown</summary>
                <pre>{line.stack}</pre>
              </details>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

/** Starts and ends of instances, as the local cloud told them. */
function Instances() {
  const { events } = useLive();
  const own = events.filter(({ name }) => name === "instance").slice(-20);
  if (own.length === 0) return null;
  return (
    <ol class="life" aria-label="Instances">
      {own.map(({ number, name, event }) =>
        name === "instance" ? (
          <li key={number} class={event.state === "crashed" ? "bad" : "plain"}>
            <time>{clock(event.time)}</time> <b>{event.state}</b> {event.revision} {event.detail}
          </li>
        ) : null,
      )}
    </ol>
  );
}
