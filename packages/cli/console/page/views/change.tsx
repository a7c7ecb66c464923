import { act } from "../api.ts";
import type { About, Doing } from "../parts.tsx";

/** What is changed of a dead letter's payload before it is redriven: fields, or all of it. */
export function Change({
  about,
  doing,
  id,
  edits,
  whole,
  force,
  onEdits,
  onWhole,
  onForce,
}: {
  readonly about: About;
  readonly doing: Doing;
  /** The dead letter's. */
  readonly id: string;
  /** Fields, one a line. */
  readonly edits: string;
  /** The whole payload, where that is changed. */
  readonly whole: string | undefined;
  readonly force: boolean;
  readonly onEdits: (edits: string) => void;
  readonly onWhole: (whole: string | undefined) => void;
  readonly onForce: (force: boolean) => void;
}) {
  return (
    <div class="change">
      {whole === undefined ? (
        <label>
          Change fields first, one a line, such as to=ada@example.com
          <textarea
            rows={2}
            value={edits}
            spellcheck={false}
            onInput={(event) => {
              onEdits(event.currentTarget.value);
            }}
          />
        </label>
      ) : (
        <label>
          The payload that it is redriven with, as JSON
          <textarea
            rows={12}
            value={whole}
            spellcheck={false}
            onInput={(event) => {
              onWhole(event.currentTarget.value);
            }}
          />
        </label>
      )}
      <div class="bar">
        <button
          type="button"
          disabled={doing.isBusy}
          onClick={() => {
            if (whole !== undefined) {
              onWhole(undefined);
              return;
            }
            doing.run(async () => {
              const { text, isHidden } = await act("editable", { id });
              onWhole(text);
              return shownWords(isHidden);
            });
          }}
        >
          {whole === undefined ? "Change the whole payload" : "Change fields instead"}
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={force}
            disabled={!about.allowChanges}
            onChange={(event) => {
              onForce(event.currentTarget.checked);
            }}
          />
          Send what the contract refuses, too (--force)
        </label>
      </div>
    </div>
  );
}

/** What is said once a payload is shown, of which what is sensitive is numbered. */
export function shownWords(isHidden: boolean): string {
  return isHidden
    ? "The payload is shown without its sensitive fields; that is written down. A '[hidden 1]' stays what it is, unless " +
        "you write something else in its place."
    : "The payload is shown. That is written down.";
}
