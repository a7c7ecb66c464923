import { useState } from "preact/hooks";
import type { AnswerOf } from "../../server/calls.ts";
import { act, useAsk } from "../api.ts";
import { nothing, useFresh } from "../live.ts";
import { Choice, Problem, Said, TaskLink, Title, useDoing, type About } from "../parts.tsx";
import { last } from "../words.ts";
import { Field, type Schema } from "./field.tsx";

type Declared = AnswerOf<"contract">["tasks"][number];

/** Puts a task on its queue, from a form that its schema makes. */
export function Enqueue({ about, task }: { readonly about: About; readonly task: string }) {
  const { answer, error, again } = useAsk("contract");
  // What is edited while 'npm start' runs is deployed, and the form is that of it then.
  useFresh(about.isLocal ? again : nothing, false, 1000);
  const [chosen, setChosen] = useState(task);
  const declared = answer?.tasks.find(({ name }) => name === chosen) ?? answer?.tasks[0];
  return (
    <>
      <Title>Enqueue</Title>
      <Problem error={error} />
      {answer && !declared && <p>There are no tasks: tasks/tasks.ts declares them.</p>}
      {answer && declared && (
        <>
          <Choice
            label="Task"
            value={declared.name}
            of={answer.tasks.map(({ name, queue }) => [name, `${name} (on ${queue})`])}
            onChoice={setChosen}
          />
          <Form key={JSON.stringify(declared)} about={about} declared={declared} />
        </>
      )}
    </>
  );
}

function Form({ about, declared }: { readonly about: About; readonly declared: Declared }) {
  const [payload, setPayload] = useState<unknown>(declared.example ?? {});
  const [json, setJson] = useState<string | undefined>(undefined);
  const [id, setId] = useState("");
  const [delay, setDelay] = useState("");
  const [made, setMade] = useState<string | undefined>(undefined);
  const [curl, setCurl] = useState("");
  const doing = useDoing();
  const args = () => ({
    task: declared.name,
    payload: json === undefined ? payload : (JSON.parse(json) as unknown),
    ...(id !== "" && { id }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        doing.run(async () => {
          const { name, created } = await act("enqueue", {
            ...args(),
            ...(delay !== "" && { delay: Number(delay) }),
          });
          setMade(last(name));
          return created ? "Enqueued." : "A task with this id was enqueued already.";
        });
      }}
    >
      {json === undefined ? (
        <Field
          name="payload"
          schema={declared.schema as Schema}
          value={payload}
          isRequired
          onValue={setPayload}
        />
      ) : (
        <label>
          Payload, as JSON
          <textarea
            rows={12}
            spellcheck={false}
            value={json}
            onInput={(event) => {
              setJson(event.currentTarget.value);
            }}
          />
        </label>
      )}
      <div class="bar">
        <label>
          Id (a second task with it is not created)
          <input
            value={id}
            onInput={(event) => {
              setId(event.currentTarget.value);
            }}
          />
        </label>
        <label>
          Delay, in seconds
          <input
            inputMode="decimal"
            size={6}
            value={delay}
            onInput={(event) => {
              setDelay(event.currentTarget.value.replace(/[^\d.]/g, ""));
            }}
          />
        </label>
      </div>
      <div class="bar">
        <button class="strong" disabled={doing.isBusy || !about.allowChanges}>
          Enqueue
        </button>
        <button
          type="button"
          onClick={() => {
            if (json === undefined) setJson(JSON.stringify(payload, undefined, 2));
            else {
              doing.run(async () => {
                setPayload(JSON.parse(json));
                setJson(undefined);
                return "";
              });
            }
          }}
        >
          {json === undefined ? "As JSON" : "As a form"}
        </button>
        <button
          type="button"
          onClick={() => {
            doing.run(async () => {
              setCurl((await act("curl", args())).curl);
              return "";
            });
          }}
        >
          The curl of it
        </button>
      </div>
      <Said doing={doing} />
      {made !== undefined && (
        <p>
          <TaskLink id={made}>See the task</TaskLink>
        </p>
      )}
      {curl !== "" && <pre tabIndex={0}>{curl}</pre>}
    </form>
  );
}
