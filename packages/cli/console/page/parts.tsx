import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AnswerOf } from "../server/calls.ts";
import { ask, messageOf } from "./api.ts";
import { linkTo } from "./session.ts";

/*
 * What several views are made of. All text is put in as text: nothing here makes HTML of a string.
 */

export type About = AnswerOf<"about">;

/** A heading that is read out when its view opens. */
export function Title({ children }: { readonly children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

export function Problem({ error }: { readonly error: string | undefined }) {
  return error === undefined ? null : (
    <p class="problem" role="alert">
      {error}
    </p>
  );
}

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
}

export function Table<Row>({
  caption,
  level: Heading = "h2",
  columns,
  rows,
  keyOf,
  none,
}: {
  readonly caption: string;
  /** Of its heading. */
  readonly level?: "h2" | "h3";
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly none: string;
}) {
  if (rows.length === 0) return <p class="quiet">{none}</p>;
  return (
    <Scroll label={caption}>
      <table>
        <caption>
          <Heading>{caption}</Heading>
        </caption>
        <thead>
          <tr>
            {columns.map(({ head, isNumber }) => (
              <th key={head} scope="col" class={isNumber ? "number" : ""}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ head, cell, isNumber }) => (
                <td key={head} class={isNumber ? "number" : ""}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What may be wider than the page: its edge has a shadow then, and the keyboard scrolls it. */
function Scroll({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [isWide, setWide] = useState(false);
  useEffect(() => {
    const div = place.current;
    if (!div) return undefined;
    const observer = new ResizeObserver(() => {
      setWide(div.scrollWidth > div.clientWidth);
    });
    for (const one of [div, ...div.children]) observer.observe(one);
    return () => {
      observer.disconnect();
    };
  }, []);
  return (
    // One that is seen whole is no stop on the way of the keyboard.
    <div
      ref={place}
      class="scroll"
      tabIndex={isWide ? 0 : undefined}
      role="region"
      aria-label={label}
    >
      {children}
    </div>
  );
}

/** One of several, with its label. */
export function Choice<Value extends string>({
  label,
  value,
  of,
  onChoice,
}: {
  readonly label: string;
  readonly value: Value;
  /** The values, and how each is called. */
  readonly of: readonly (readonly [value: Value, words: string])[];
  readonly onChoice: (value: Value) => void;
}) {
  return (
    <label>
      {label}
      <select
        value={value}
        onChange={(event) => {
          onChoice(event.currentTarget.value as Value);
        }}
      >
        {of.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Any task of the stack, or one of them. */
export function TaskChoice({
  about,
  value,
  onChoice,
}: {
  readonly about: About;
  /** `""` is any. */
  readonly value: string;
  readonly onChoice: (task: string) => void;
}) {
  const tasks = about.tasks.map((task): [string, string] => [task, task]);
  return <Choice label="Task" value={value} of={[["", "any"], ...tasks]} onChoice={onChoice} />;
}

/** What lines have to hold to be shown. */
export function Filter({
  value,
  onInput,
}: {
  readonly value: string;
  readonly onInput: (value: string) => void;
}) {
  return (
    <label>
      Filter
      <input
        type="search"
        value={value}
        onInput={(event) => {
          onInput(event.currentTarget.value);
        }}
      />
    </label>
  );
}

export function TaskLink({ id, children }: { readonly id: string; readonly children?: string }) {
  return <a href={linkTo("task", id)}>{children ?? id.slice(0, 12)}</a>;
}

/** What was done last, or went wrong: said to a screen reader, too. */
export interface Doing {
  readonly isBusy: boolean;
  /** What came of it; while it is under way, how far it is. */
  readonly said: string;
  readonly error: string | undefined;
  /** Does it, and says what came of it. `work` is a name by which the server can be asked how far it is. */
  readonly run: (act: (work: string) => Promise<string>) => void;
}

/** How often that is asked, of this machine alone: a screen reader reads each answer. */
const PROGRESS_MS = 3000;

export function useDoing(): Doing {
  const [state, setState] = useState<Omit<Doing, "run">>({
    isBusy: false,
    said: "",
    error: undefined,
  });
  return {
    ...state,
    run(act) {
      setState({ isBusy: true, said: "", error: undefined });
      const work = crypto.randomUUID();
      const timer = setInterval(() => {
        ask("progress", { work }).then(
          ({ words: said }) => {
            if (said !== "") setState((before) => (before.isBusy ? { ...before, said } : before));
          },
          // What is done says more.
          () => undefined,
        );
      }, PROGRESS_MS);
      act(work)
        .then(
          (said) => {
            setState({ isBusy: false, said, error: undefined });
          },
          (error: unknown) => {
            setState({ isBusy: false, said: "", error: messageOf(error) });
          },
        )
        .finally(() => {
          clearInterval(timer);
        });
    },
  };
}

export function Said({ doing: { isBusy, said, error } }: { readonly doing: Doing }) {
  return (
    <>
      <p role="status" class="said">
        {isBusy && said === "" ? "Working…" : said}
      </p>
      <Problem error={error} />
    </>
  );
}

/** Asks before something is done; in a protected stack for its name, where the commands do. */
export function Confirm({
  about,
  asksName = about.protect,
  title,
  children,
  verb,
  isReady = true,
  onYes,
  onNo,
}: {
  readonly about: About;
  readonly asksName?: boolean;
  /** Whether what is asked for is filled in. */
  readonly isReady?: boolean;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly verb: string;
  readonly onYes: (stackName: string) => void;
  readonly onNo: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [name, setName] = useState("");
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // Back to where it was opened from; while that is busy, to what it is a part of.
      for (const place of [opener, opener?.closest("[tabindex='-1']")]) {
        if (place instanceof HTMLElement && !place.matches(":disabled")) {
          place.focus();
          return;
        }
      }
    };
  }, []);
  const { stack, project } = about;
  return (
    <dialog ref={dialog} onCancel={onNo} aria-labelledby="confirm-title">
      <h2 id="confirm-title">{title}</h2>
      <p>
        Stack <b>{stack}</b>, project <b>{project}</b>.
      </p>
      {children}
      {asksName && (
        <label>
          Type the stack's name to go on
          <input
            value={name}
            autocomplete="off"
            onInput={(event) => {
              setName(event.currentTarget.value);
            }}
          />
        </label>
      )}
      <div class="buttons">
        <button
          class="strong"
          disabled={!isReady || (asksName && name !== stack)}
          onClick={() => {
            onYes(name);
          }}
        >
          {verb}
        </button>
        <button onClick={onNo}>Cancel</button>
      </div>
    </dialog>
  );
}
