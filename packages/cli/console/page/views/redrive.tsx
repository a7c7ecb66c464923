import { useState } from "preact/hooks";
import type { AnswerOf, ArgsOf } from "../../server/calls.ts";
import { act } from "../api.ts";
import { Confirm, Said, useDoing, type About } from "../parts.tsx";
import { Change } from "./change.tsx";
import { countOf } from "../words.ts";

type Letters = ArgsOf<"redrive">["letters"];

/** What was done to dead letters, and what the command says of it. */
export interface Ended {
  readonly did: "redrive" | "discard";
  readonly lines: readonly unknown[];
}

/** What is done to dead letters: a dry run first, then the redrive itself; or they are discarded or exported. */
export function Redrive({
  about,
  letters,
  count,
  canEdit = false,
  onDone,
}: {
  readonly about: About;
  readonly letters: Letters;
  readonly count: number;
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
  };
  const [id] = letters.ids ?? [];
  const what = countOf(count, "dead letter");
  return (
    <section aria-labelledby="redrive-title" class="redrive" tabIndex={-1}>
      <h2 id="redrive-title">{what}</h2>
      <div class="bar">
        <label>
          First only
          <input
            inputMode="numeric"
            size={5}
            value={probe}
            placeholder="all"
            onInput={(event) => {
              setProbe(event.currentTarget.value.replace(/\D/g, ""));
            }}
          />
        </label>
        <label>
          Per second
          <input
            inputMode="decimal"
            size={5}
            value={rate}
            placeholder="¼"
            onInput={(event) => {
              setRate(event.currentTarget.value.replace(/[^\d.]/g, ""));
            }}
          />
        </label>
        <button
          disabled={doing.isBusy}
          onClick={() => {
            doing.run(async () => {
              const outcome = await act("redrive", { ...args, dryRun: true });
              setPlan(outcome);
              return saidOf(outcome, "would be redriven");
            });
          }}
        >
          Dry run
        </button>
        <button
          class="strong"
          disabled={doing.isBusy || !about.allowChanges}
          onClick={() => {
            setAsks("redrive");
          }}
        >
          Redrive…
        </button>
        <button
          disabled={doing.isBusy || !about.allowChanges}
          onClick={() => {
            setAsks("discard");
          }}
        >
          Discard…
        </button>
        <button
          disabled={doing.isBusy || !about.allowChanges}
          onClick={() => {
            doing.run(async () => {
              const { lines } = await act("export", { letters });
              const [line] = lines as { letters: number; file: string }[];
              return line ? `${countOf(line.letters, "dead letter")} written to ${line.file}.` : "";
            });
          }}
        >
          Export
        </button>
      </div>
      {canEdit && id !== undefined && (
        <Change
          {...{ about, doing, id, edits, whole, force }}
          onEdits={setEdits}
          onWhole={setWhole}
          onForce={setForce}
        />
      )}
      <Said doing={doing} />
      {plan && (
        <ul class="quiet" aria-label="The plan">
          {plan.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
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
            const consent = about.protect ? { stackName } : {};
            doing.run(async () => {
              const outcome =
                asks === "redrive"
                  ? await act("redrive", { ...args, dryRun: false, ...consent })
                  : await act("discard", { letters, ...consent });
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
        </Confirm>
      )}
    </section>
  );
}

/** What came of it, counted, with the first reasons against. */
function saidOf({ lines, notes }: AnswerOf<"redrive">, done: string): string {
  const counts = new Map<string, number>();
  const reasons = new Set<string>();
  for (const line of lines as {
    kind: string;
    result?: string;
    error?: string;
    letters?: number;
    gone?: number;
    uncertain?: number;
  }[]) {
    if (line.kind === "discard") {
      counts.set(done, line.letters ?? 0);
      if (line.gone) counts.set("gone: somebody else has redriven or discarded it", line.gone);
      if (line.uncertain) counts.set("gone, and nobody knows by whom", line.uncertain);
    }
    if (line.kind !== "redrive") continue;
    const result = line.result ?? "";
    const word = result === "created" || result === "planned" ? done : result;
    counts.set(word, (counts.get(word) ?? 0) + 1);
    if (line.error !== undefined) reasons.add(line.error);
  }
  const words = [...counts].map(([word, n]) => `${countOf(n, "dead letter")} ${word}`);
  if (words.length === 0) return notes.at(-1) ?? "There are no such dead letters.";
  return [...words, ...[...reasons].slice(0, 3)].join("; ");
}
