import { useState } from "preact/hooks";
import type { GroupBy } from "../../../operate/deadLetters/groups.ts";
import type { ArgsOf } from "../../server/calls.ts";
import { useAsk } from "../api.ts";
import { Choice, Problem, Table, TaskChoice, TaskLink, Title, type About } from "../parts.tsx";
import { ago, countOf, countWords } from "../words.ts";
import { Redrive } from "./redrive.tsx";

type Letters = ArgsOf<"letters">["letters"];

const HOUR_MS = 3_600_000;

const BY = ["cause", "task", "queue", "revision", "hour"] as const satisfies readonly GroupBy[];

/** How far back may be looked, and how that is called. */
const BACK = [
  ["", "ever"],
  ["1", "an hour ago"],
  ["24", "a day ago"],
  ["168", "a week ago"],
] as const;

/** Dead letters, put together by what they died of. The queue is read when this opens, and when asked again. */
export function DeadLetters({ about }: { readonly about: About }) {
  const [by, setBy] = useState<(typeof BY)[number]>("cause");
  const [task, setTask] = useState("");
  const [back, setBack] = useState<(typeof BACK)[number][0]>("");
  const [since, setSince] = useState<number | undefined>(undefined);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const filter = { ...(task !== "" && { task: [task] }), ...(since !== undefined && { since }) };
  const { answer, error, again } = useAsk("deadLetters", { by, ...filter });
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
        <Choice
          label="Since"
          value={back}
          of={BACK}
          onChoice={(one) => {
            setBack(one);
            setSince(one === "" ? undefined : now - Number(one) * HOUR_MS);
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
      {chosen !== undefined && (
        // Also once none is left of it: what was done to them is said there.
        <Members
          key={chosen}
          about={about}
          // Of those alone that were counted.
          letters={{ ...filter, [by]: [chosen] }}
          count={group?.count ?? 0}
          onDone={again}
        />
      )}
    </>
  );
}

function Members({
  about,
  letters,
  count,
  onDone,
}: {
  readonly about: About;
  readonly letters: Letters;
  readonly count: number;
  readonly onDone: () => void;
}) {
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
