import { useState } from "preact/hooks";
import { useAsk } from "../api.ts";
import { Choice, Problem, Table, TaskChoice, TaskLink, Title, type About } from "../parts.tsx";
import { ago, countOf, countWords } from "../words.ts";
import { Redrive } from "./redrive.tsx";

const BY = ["cause", "task", "queue", "revision", "hour"] as const;

/** Dead letters, put together by what they died of. The queue is read when this opens, and when asked again. */
export function DeadLetters({ about }: { readonly about: About }) {
  const [by, setBy] = useState<(typeof BY)[number]>("cause");
  const [task, setTask] = useState("");
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const { answer, error, again } = useAsk("deadLetters", { by, ...(task !== "" && { task }) });
  const group = answer?.groups.find(({ key }) => key === chosen);
  const now = answer?.now ?? 0;
  return (
    <>
      <Title>Dead letters</Title>
      <div class="bar">
        <Choice
          label="By"
          value={by}
          of={BY.map((one) => [one, one])}
          onChoice={(one) => {
            setBy(one);
            setChosen(undefined);
          }}
        />
        <TaskChoice
          about={about}
          value={task}
          onChoice={(one) => {
            setTask(one);
            setChosen(undefined);
          }}
        />
        <button onClick={again}>Read again</button>
        {answer && (
          <span class="quiet">
            Read {countOf(answer.read, "task")}, as many operations. {answer.cost}
          </span>
        )}
      </div>
      <Problem error={error} />
      {answer && (
        <Table
          caption={`By ${by}`}
          none="There are no dead letters."
          rows={answer.groups}
          keyOf={({ key }) => key}
          columns={[
            {
              head: `${by.charAt(0).toUpperCase()}${by.slice(1)}`,
              cell: ({ key }) => (
                <button
                  class="plain"
                  aria-expanded={key === chosen}
                  onClick={() => {
                    setChosen(key === chosen ? undefined : key);
                  }}
                >
                  {key}
                </button>
              ),
            },
            { head: "Tasks", cell: ({ tasks }) => tasks.join(", ") },
            { head: "Queues", cell: ({ queues }) => queues.join(", ") },
            {
              head: "Error (of the newest)",
              cell: (one) => <span class="break">{one.error}</span>,
            },
            { head: "Count", isNumber: true, cell: ({ count }) => countWords(count) },
            { head: "First", cell: ({ first }) => ago(first, now) },
            { head: "Last", cell: (one) => ago(one.last, now) },
            { head: "Deleted", cell: ({ expires }) => ago(expires, now) },
          ]}
        />
      )}
      {chosen !== undefined && by !== "hour" && (
        // Also once none is left of it: what was done to them is said there.
        <Members
          key={chosen}
          about={about}
          by={by}
          of={chosen}
          count={group?.count ?? 0}
          onDone={again}
        />
      )}
    </>
  );
}

function Members({
  about,
  by,
  of,
  count,
  onDone,
}: {
  readonly about: About;
  readonly by: Exclude<(typeof BY)[number], "hour">;
  /** The cause, the task, the queue or the revision. */
  readonly of: string;
  readonly count: number;
  readonly onDone: () => void;
}) {
  const letters = { [by]: of };
  const { answer, error, again } = useAsk("letters", { letters, limit: 100 });
  return (
    <>
      <Redrive
        about={about}
        letters={letters}
        count={count}
        onDone={() => {
          onDone();
          again();
        }}
      />
      <Problem error={error} />
      {answer && (
        <Table
          caption={`The oldest ${answer.letters.length} of ${countWords(answer.matched)}`}
          none="They are gone."
          rows={answer.letters}
          keyOf={({ id }) => id}
          columns={[
            { head: "Id", cell: ({ id }) => <TaskLink id={id} /> },
            { head: "Idempotency-Key", cell: ({ idempotencyKey }) => idempotencyKey },
            { head: "Task", cell: ({ task }) => task ?? "(unknown)" },
            { head: "Error", cell: (one) => <span class="break">{one.error}</span> },
            { head: "Attempts", isNumber: true, cell: ({ attempts }) => attempts },
            { head: "Ended", cell: ({ time }) => ago(Date.parse(time), answer.now) },
          ]}
        />
      )}
    </>
  );
}
