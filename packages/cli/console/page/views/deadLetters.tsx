import { useEffect, useRef, useState } from "preact/hooks";
import type { Group, GroupBy } from "../../../operate/deadLetters/groups.ts";
import type { ArgsOf } from "../../server/calls.ts";
import { useAsk } from "../api.ts";
import { tellDeadLetters, useDeadLetters } from "../deadLetterCount.ts";
import { Choice, Problem, Table, TaskChoice, TaskLink, Title, type About } from "../parts.tsx";
import { linkToGroup } from "../session.ts";
import { countOf, countWords, day, past } from "../words.ts";
import { Deaths } from "./deaths.tsx";
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

/**
 * Dead letters, put together by what they died of. The queue is read when this opens, and when asked again. The address
 * says by what, and whose members are listed: `cause/7f3a91c2`.
 */
export function DeadLetters({ about, of }: { readonly about: About; readonly of: string }) {
  const [, byOf = "", openedOf] = /^([^/]*)(?:\/(.+))?$/s.exec(of) ?? [];
  const by = BY.find((one) => one === byOf) ?? "cause";
  /** The group whose members are listed. */
  const opened = byOf === by ? openedOf : undefined;
  const [task, setTask] = useState("");
  const [back, setBack] = useState<(typeof BACK)[number][0]>("");
  const [since, setSince] = useState<number | undefined>(undefined);
  /** Those that something is done to at once. */
  const [ticked, setTicked] = useState<readonly string[]>([]);
  /** Those that something was done to, until something else is chosen: what came of it is said there. */
  const [acted, setActed] = useState<readonly string[]>([]);
  /** How often something else was chosen. */
  const [choices, setChoices] = useState(0);
  const filter = { ...(task !== "" && { task: [task] }), ...(since !== undefined && { since }) };
  const { answer, error, again } = useAsk("deadLetters", { by, ...filter });
  useEffect(() => {
    if (!answer || Object.keys(filter).length > 0) return;
    const { groups, read, now: time } = answer;
    const causes = by === "cause" ? groups.length : undefined;
    tellDeadLetters({ count: read, time, causes });
  }, [answer]);
  const known = useDeadLetters();
  // To read them costs nothing on a local cloud, where whatever is redriven may have died again by now.
  useEffect(() => {
    if (!about.isLocal || !answer || !known) return;
    if (known.time >= answer.now && known.count !== answer.read) again();
  }, [known]);
  const now = Math.max(answer?.now ?? 0, about.now);
  const all = answer?.groups ?? [];
  const shared = all.find(({ key }) => key === opened)?.error;
  const chosen = ticked.length > 0 ? ticked : opened === undefined ? [] : [opened];
  const keys = chosen.length > 0 ? chosen : acted;
  // Of those alone that were counted.
  const lettersOf = (these: readonly string[]): Letters => ({ ...filter, [by]: these });
  /** What is ticked and not gone yet. */
  const there = ticked.filter((one) => all.some(({ key }) => key === one));
  const choose = (these: readonly string[]): void => {
    setTicked(these);
    setActed([]);
    setChoices((n) => n + 1);
  };
  const lookAnew = (): void => {
    location.hash = linkToGroup(by);
    choose([]);
  };
  const address = useRef(of);
  useEffect(() => {
    if (address.current === of) return;
    const wasBy = address.current.split("/", 1)[0] || "cause";
    address.current = of;
    // What was done closes what was opened, and is said yet.
    if (wasBy !== by || acted.length === 0 || opened !== undefined)
      choose(wasBy === by ? there : []);
  }, [of]);
  return (
    <>
      <Title>Dead letters</Title>
      <div class="bar">
        <Choice
          label="By"
          value={by}
          of={BY.map((one) => [one, one])}
          onChoice={(one) => {
            location.hash = linkToGroup(one);
          }}
        />
        <TaskChoice
          about={about}
          value={task}
          onChoice={(one) => {
            setTask(one);
            lookAnew();
          }}
        />
        <Choice
          label="Since"
          value={back}
          of={BACK}
          onChoice={(one) => {
            setBack(one);
            setSince(one === "" ? undefined : now - Number(one) * HOUR_MS);
            lookAnew();
          }}
        />
        <button onClick={again}>Read again</button>
        {all.length > 1 && (
          <button
            onClick={() => {
              choose(there.length === all.length ? [] : all.map(({ key }) => key));
            }}
          >
            {there.length === all.length ? "Tick none" : "Tick all"}
          </button>
        )}
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
          rows={all}
          keyOf={({ key }) => key}
          columns={[
            {
              head: `${by.charAt(0).toUpperCase()}${by.slice(1)}`,
              cell: ({ key }) => (
                <>
                  <input
                    type="checkbox"
                    aria-label={`Tick ${key}`}
                    checked={ticked.includes(key)}
                    onChange={(event) => {
                      const others = there.filter((one) => one !== key);
                      choose(event.currentTarget.checked ? [...others, key] : others);
                    }}
                  />{" "}
                  <a href={linkToGroup(by, key)} aria-current={key === opened ? "true" : undefined}>
                    {key}
                  </a>
                </>
              ),
            },
            { head: "Tasks", cell: ({ tasks }) => tasks.join(", ") },
            { head: "Queues", cell: ({ queues }) => queues.join(", ") },
            {
              head: "Error (of the newest)",
              cell: (one) => <span class="break">{one.newestError}</span>,
            },
            { head: "Count", isNumber: true, cell: ({ count }) => countWords(count) },
            { head: "Ended", cell: ({ key }) => <Deaths of={answer.ended} group={key} /> },
            { head: "First", cell: ({ first }) => past(first, now) },
            { head: "Last", cell: (one) => past(one.last, now) },
            { head: "Kept until", cell: ({ expires }) => day(expires) },
          ]}
        />
      )}
      {keys.length > 0 && (
        <Redrive
          key={choices}
          about={about}
          letters={lettersOf(keys)}
          groups={{ by, of: all.filter(({ key }) => keys.includes(key)), keys }}
          isThere={chosen.length > 0}
          onDone={() => {
            again();
            // Those that are there now are others, which nobody has ticked.
            location.hash = linkToGroup(by);
            setTicked([]);
            setActed(keys);
          }}
        />
      )}
      {chosen.length === 0 && acted.length > 0 && !about.isLocal && (
        <p class="quiet">Those that die again are here once you read again.</p>
      )}
      {opened !== undefined && (
        <p>
          <a href={linkToGroup(by)}>Close {opened}</a>
          {by === "cause" && shared !== undefined && (
            <span class="quiet break"> Alike in all of it: {shared}</span>
          )}
        </p>
      )}
      {opened !== undefined && answer && (
        <Members
          key={opened}
          letters={lettersOf([opened])}
          of={`${by} ${opened}`}
          groups={all}
          now={now}
        />
      )}
    </>
  );
}

function Members({
  letters,
  of,
  groups,
  now,
}: {
  readonly letters: Letters;
  readonly of: string;
  /** As they were read last: the members are read again with them. */
  readonly groups: readonly Group[];
  readonly now: number;
}) {
  const { answer, error, again } = useAsk("letters", { letters, limit: 100 });
  const read = useRef(groups);
  useEffect(() => {
    if (read.current === groups) return;
    read.current = groups;
    again();
  }, [groups]);
  return (
    <>
      <Problem error={error} />
      {answer && (
        <Table
          caption={`The oldest ${answer.letters.length} of ${countWords(answer.matched)}, of ${of}`}
          none="They are gone."
          rows={answer.letters}
          keyOf={({ id }) => id}
          columns={[
            { head: "Id", cell: ({ id }) => <TaskLink id={id} /> },
            { head: "Idempotency-Key", cell: ({ idempotencyKey }) => idempotencyKey },
            { head: "Task", cell: ({ task }) => task ?? "(unknown)" },
            { head: "Error", cell: (one) => <span class="break">{one.error}</span> },
            { head: "Attempts", isNumber: true, cell: ({ attempts }) => attempts },
            { head: "Redriven before", isNumber: true, cell: ({ redrives }) => redrives || "-" },
            {
              head: "Ended",
              cell: ({ time }) => past(Date.parse(time), Math.max(answer.now, now)),
            },
          ]}
        />
      )}
    </>
  );
}
