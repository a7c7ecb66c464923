import { useState } from "preact/hooks";
import { driftWords, MAX_ATTEMPTS } from "../../../operate/queues/drift.ts";
import type { AnswerOf } from "../../server/calls.ts";
import { act, useAsk } from "../api.ts";
import { LISTED_MS } from "../asking.ts";
import { nothing, useFresh } from "../live.ts";
import {
  Confirm,
  Problem,
  Said,
  Table,
  TaskChoice,
  TaskLink,
  Title,
  useDoing,
  type About,
} from "../parts.tsx";
import { ago, countOf, countWords, past, rateWords, span } from "../words.ts";
import { Depth } from "./depth.tsx";
import { State, useTellQueues } from "./overview.tsx";
import { Series } from "./series.tsx";
import { Switch } from "./switch.tsx";

/** One queue: what it is doing, and the tasks that are due next. */
export function Queue({ about, queue }: { readonly about: About; readonly queue: string }) {
  const { answer, error, again } = useAsk("queues");
  const [task, setTask] = useState("");
  const [asks, setAsks] = useState(false);
  const tasks = useAsk("tasks", { queue, limit: 200, ...(task !== "" && { task }) });
  const doing = useDoing();
  useFresh(again, about.isLocal);
  useTellQueues(answer);
  // Tasks are listed again by themselves on a local cloud only: Google charges each.
  useFresh(about.isLocal ? tasks.again : nothing, about.isLocal, LISTED_MS);
  const view = answer?.queues.find(({ key }) => key === queue);
  if (!answer || !view) {
    return <Problem error={error ?? (answer && `There is no queue '${queue}'.`)} />;
  }
  return (
    <>
      <Title>Queue {queue}</Title>
      <dl>
        <div>
          <dt>State</dt>
          <dd>
            <State state={view.state} />
          </dd>
        </div>
        <div>
          <dt>Tasks</dt>
          <dd>{countWords(view.tasks)}</dd>
        </div>
        <div>
          <dt>Oldest due</dt>
          <dd>{ago(view.oldestDue, answer.now)}</dd>
        </div>
        <div>
          <dt>Delivered last minute</dt>
          <dd>{countWords(view.deliveredLastMinute)}</dd>
        </div>
        <div>
          <dt>In flight</dt>
          <dd>
            {view.inFlight} of {countWords(view.mostInFlight)}
          </dd>
        </div>
        <div>
          <dt>Rate now / asked</dt>
          <dd>{rateWords(view.rate, view.askedRate)}</dd>
        </div>
        <div>
          <dt>Drains in</dt>
          <dd>{span(view.drainsInMs)}</dd>
        </div>
      </dl>
      <div class="bar">
        <Switch
          {...{ about, doing, queue }}
          state={view.state}
          pauses={answer.pauses}
          onDone={again}
        />
        <button
          disabled={doing.isBusy || !about.allowChanges || view.tasks === 0}
          onClick={() => {
            setAsks(true);
          }}
        >
          Purge…
        </button>
      </div>
      <Said doing={doing} />
      {answer.pauses.problems.map((problem) => (
        <Problem key={problem} error={problem} />
      ))}
      {asks && (
        <Confirm
          about={about}
          title={`Delete ${countOf(view.tasks, "task")} of ${queue}?`}
          verb="Delete"
          onNo={() => {
            setAsks(false);
          }}
          onYes={(stackName) => {
            setAsks(false);
            doing.run(async () => {
              await act("purge", { queue, ...(about.protect && { stackName }) });
              again();
              tasks.again();
              return `${queue} is purged. That takes up to a minute.`;
            });
          }}
        >
          <p>They become no dead letters, and what is enqueued in the next moments goes too.</p>
        </Confirm>
      )}
      <Depth asked={answer} shown={[view]} />
      <Series about={about} queue={queue} asked={answer.queues.length} />
      <Settings about={about} view={view} />
      <div class="bar">
        <TaskChoice about={about} value={task} onChoice={setTask} />
        <button onClick={tasks.again}>List again</button>
        {tasks.answer && (
          <span class="quiet">
            Read {countOf(tasks.answer.read, "task")}, as many operations. {tasks.answer.cost}
          </span>
        )}
      </div>
      <Problem error={tasks.error} />
      {tasks.answer && (
        <Table
          caption={`The next ${tasks.answer.tasks.length} of ${countOf(tasks.answer.matched, "task")}`}
          none="No task waits."
          rows={tasks.answer.tasks}
          keyOf={({ id }) => id}
          columns={[
            { head: "Id", cell: ({ id }) => <TaskLink id={id} /> },
            { head: "Task", cell: (one) => one.task ?? "(unknown)" },
            { head: "Due", cell: ({ due }) => ago(due, answer.now) },
            { head: "Enqueued", cell: ({ created }) => past(created, answer.now) },
            { head: "Deliveries", isNumber: true, cell: ({ deliveries }) => deliveries },
            { head: "Last answer", cell: ({ lastAnswer }) => lastAnswer },
            {
              head: "Idempotency-Key",
              cell: ({ idempotencyKey }) => <span class="break">{idempotencyKey}</span>,
            },
          ]}
        />
      )}
    </>
  );
}

type QueueView = AnswerOf<"queues">["queues"][number];

/** What the program says of a queue, beside what Cloud Tasks goes by. */
function Settings({ about, view }: { readonly about: About; readonly view: QueueView }) {
  const drift = driftWords(view, about.flags);
  const rows = view.settings.map(settingRow);
  return (
    <>
      {drift !== undefined && <p class="warn">{drift}</p>}
      <Table
        caption="Settings"
        none="Google tells none."
        rows={view.maxWait === undefined ? rows : [...rows, maxWaitRow(view.maxWait)]}
        keyOf={({ setting }) => setting}
        columns={[
          { head: "Setting", cell: ({ setting }) => setting },
          { head: "The program's", cell: ({ programs = "-" }) => programs },
          {
            head: "Cloud Tasks has",
            cell: ({ inForce = "-", hasDrifted }) =>
              hasDrifted ? <b class="warn">{inForce} (drifted)</b> : inForce,
          },
          { head: "That is", cell: ({ means }) => <span class="break">{means}</span> },
        ]}
      />
      <p class="quiet">
        The program's are those of tasks/queues.ts, or what Pulumi.{about.stack}.yaml says instead.
      </p>
    </>
  );
}

interface SettingRow {
  /** As `tasks/queues.ts` calls it. */
  readonly setting: string;
  readonly programs?: number | string | undefined;
  /** `undefined` where Cloud Tasks knows nothing of it. */
  readonly inForce?: number | string;
  readonly hasDrifted?: boolean;
  readonly means: string;
}

function settingRow({ deployed, ofWorker, ...rest }: QueueView["settings"][number]): SettingRow {
  const isCounted = rest.setting === MAX_ATTEMPTS && rest.inForce === -1;
  return {
    ...rest,
    programs: ofWorker ?? deployed,
    means: isCounted ? "counted by the worker: with -1 Cloud Tasks never gives up" : "",
  };
}

function maxWaitRow(maxWait: string): SettingRow {
  return { setting: "maxWait", programs: maxWait, means: "an alert, once a task waits for longer" };
}
