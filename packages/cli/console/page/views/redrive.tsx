import { useState } from "preact/hooks";
import type { AnswerOf, ArgsOf } from "../../server/calls.ts";
import type { Group, GroupBy } from "../../../operate/deadLetters/groups.ts";
import type { PlannedGroup } from "../../../operate/redrive/plannedGroups.ts";
import { act } from "../api.ts";
import { Confirm, Said, Table, useDoing, type About } from "../parts.tsx";
import { Change } from "./change.tsx";
import type { Ended, EndedLine } from "./ended.ts";
import { countOf, countWords } from "../words.ts";

type Letters = ArgsOf<"redrive">["letters"];

/** Groups of dead letters that something is done to at once. */
interface Groups {
  readonly by: GroupBy;
  readonly keys: readonly string[];
  /** Those that there are yet. */
  readonly of: readonly Group[];
}

/** What is done to dead letters: a dry run first, then the redrive itself; or they are discarded or exported. */
export function Redrive({
  about,
  letters,
  groups,
  isThere = true,
  canEdit = false,
  onDone,
}: {
  readonly about: About;
  readonly letters: Letters;
  /** What they are of, where they are more than a single one. */
  readonly groups?: Groups;
  /** Whether something can be done to them yet; else what was done is said alone. */
  readonly isThere?: boolean;
  readonly canEdit?: boolean;
  readonly onDone: (ended: Ended) => void;
}) {
  const [probe, setProbe] = useState("");
  const [rate, setRate] = useState("");
  const [edits, setEdits] = useState("");
  const [whole, setWhole] = useState<string | undefined>(undefined);
  const [force, setForce] = useState(false);
  const [asks, setAsks] = useState<"redrive" | "discard" | undefined>(undefined);
  const [plan, setPlan] = useState<AnswerOf<"redrive"> | undefined>(undefined);
  const doing = useDoing();
  const set = edits.split("\n").filter((line) => line.trim() !== "");
  const args = {
    letters,
    ...(probe !== "" && { probe: Number(probe) }),
    ...(rate !== "" && { rate: Number(rate) }),
    ...(whole === undefined && set.length > 0 && { set }),
    ...(whole !== undefined && { payload: whole }),
    ...(force && { force }),
    ...(groups && { by: groups.by }),
  };
  const [id] = letters.ids ?? [];
  const count = groups ? groups.of.reduce((sum, one) => sum + one.count, 0) : 1;
  const what = groups
    ? count === 0
      ? `Nothing is left of ${groupWords(groups)}`
      : `${countOf(count, "dead letter")} of ${groupWords(groups)}`
    : "1 dead letter";
  const done = groups ? `What was done to ${groupWords(groups)}` : "This dead letter is gone";
  const planned = (plan?.lines ?? []).filter(isPlanned);
  const isOff = doing.isBusy || count === 0;
  return (
    <section aria-labelledby="redrive-title" class="redrive" tabIndex={-1}>
      <h2 id="redrive-title">{isThere ? what : done}</h2>
      {isThere && (
        <div class="bar">
          <label>
            {FIRST_ONLY}
            <input
              inputMode="numeric"
              size={5}
              value={probe}
              aria-describedby="redrive-help"
              placeholder="all"
              onInput={(event) => {
                setProbe(event.currentTarget.value.replace(/\D/g, ""));
              }}
            />
          </label>
          <label>
            {PER_SECOND}
            <input
              inputMode="decimal"
              size={5}
              value={rate}
              aria-describedby="redrive-help"
              placeholder="¼"
              onInput={(event) => {
                setRate(event.currentTarget.value.replace(/[^\d.]/g, ""));
              }}
            />
          </label>
          <button
            disabled={isOff}
            onClick={() => {
              doing.run(async (work) => {
                const outcome = await act("redrive", { ...args, work, dryRun: true });
                setPlan(outcome);
                return saidOf(outcome, "would be redriven");
              });
            }}
          >
            Dry run
          </button>
          <button
            class="strong"
            disabled={isOff || !about.allowChanges}
            onClick={() => {
              setAsks("redrive");
            }}
          >
            {groups && count > 0 ? `Redrive ${countWords(count)}…` : "Redrive…"}
          </button>
          <button
            disabled={isOff || !about.allowChanges}
            onClick={() => {
              setAsks("discard");
            }}
          >
            Discard…
          </button>
          <button
            disabled={isOff || !about.allowChanges}
            onClick={() => {
              doing.run(async (work) => {
                const { lines } = await act("export", { letters, work });
                const [line] = lines as { letters: number; file: string }[];
                return line
                  ? `${countOf(line.letters, "dead letter")} written to ${line.file}.`
                  : "";
              });
            }}
          >
            Export
          </button>
        </div>
      )}
      {isThere && (
        <p class="quiet" id="redrive-help">
          "{FIRST_ONLY}" redrives so many, waits for them, and goes on with the rest if nine of ten
          succeed. "{PER_SECOND}" is how many fall due in a second: ¼ is a quarter of what their
          queue may send.
        </p>
      )}
      {isThere && canEdit && id !== undefined && (
        <Change
          {...{ about, doing, id, edits, whole, force }}
          onEdits={setEdits}
          onWhole={setWhole}
          onForce={setForce}
        />
      )}
      <Said doing={doing} />
      {isThere && plan && (
        <ul class="quiet" aria-label="The plan">
          {plan.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {isThere && planned.length > 1 && (
        <Table
          level="h3"
          caption={`What would be done, by ${planned[0]?.by ?? ""}`}
          none=""
          rows={planned}
          keyOf={({ key }) => key}
          columns={[
            { head: "Of", cell: ({ key }) => key },
            { head: "Redriven", isNumber: true, cell: (one) => countWords(one.planned) },
            { head: "Refused", isNumber: true, cell: ({ refused }) => countWords(refused) },
            {
              head: "Why the first of these",
              cell: (one) => <span class="break">{one.error ?? "-"}</span>,
            },
          ]}
        />
      )}
      {asks && (
        <Confirm
          about={about}
          title={asks === "redrive" ? `Redrive ${what}?` : `Delete ${what} for good?`}
          verb={asks === "redrive" ? "Redrive" : "Delete"}
          onNo={() => {
            setAsks(undefined);
          }}
          onYes={(stackName) => {
            setAsks(undefined);
            doing.run(async (work) => {
              const given = { work, ...(about.protect && { stackName }) };
              const outcome =
                asks === "redrive"
                  ? await act("redrive", { ...args, ...given, dryRun: false })
                  : await act("discard", { letters, ...given });
              onDone({ did: asks, lines: outcome.lines });
              return saidOf(outcome, asks === "redrive" ? "redriven" : "deleted");
            });
          }}
        >
          <p>
            {asks === "redrive"
              ? "Each runs once, whoever else does the same."
              : "What is deleted is kept in a file of whoever started this console."}
          </p>
          {groups && groups.of.length > 1 && (
            <ul>
              {groups.of.map(({ key, count: own }) => (
                <li key={key}>
                  {key}: {countWords(own)}
                </li>
              ))}
            </ul>
          )}
        </Confirm>
      )}
    </section>
  );
}

/** How the fields of a redrive are called, where they stand and where they are explained. */
const FIRST_ONLY = "First only";
const PER_SECOND = "Per second";

/** `cause 7f3a91c2`, `2 causes` */
function groupWords({ by, keys }: Groups): string {
  return keys.length === 1 ? `${by} ${keys[0] ?? ""}` : `${countWords(keys.length)} ${by}s`;
}

function isPlanned(line: unknown): line is PlannedGroup {
  return (line as { readonly kind?: string }).kind === "plan";
}

/** What came of it, counted, with the first reasons against. */
function saidOf({ lines, notes }: AnswerOf<"redrive">, done: string): string {
  const told = lines as readonly EndedLine[];
  // Each letter has a line, of which there may be too many; the sum has all.
  const { kind, results = {}, untried = 0, ...sum } = told.at(-1) ?? { kind: "" };
  const counts: (readonly [words: string, n: number | undefined])[] =
    kind === "discard"
      ? [
          [done, sum.letters ?? 0],
          ["gone: somebody else has redriven or discarded it", sum.gone],
          ["gone, and nobody knows by whom", sum.uncertain],
        ]
      : [
          ...Object.entries(results).map(
            ([result, n]) =>
              [result === "created" || result === "planned" ? done : result, n] as const,
          ),
          ["not tried", untried],
        ];
  const words = counts.flatMap(([word, n], i) =>
    n !== undefined && (n > 0 || (kind === "discard" && i === 0))
      ? [`${countOf(n, "dead letter")} ${word}`]
      : [],
  );
  if (words.length === 0) return notes.at(-1) ?? "There are no such dead letters.";
  const reasons = told.flatMap((line) =>
    line.kind === "redrive" && line.error !== undefined ? [line.error] : [],
  );
  return [...words, ...[...new Set(reasons)].slice(0, 3)].join("; ");
}
