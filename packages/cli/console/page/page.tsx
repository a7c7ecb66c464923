import { render, type ComponentChild } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { AnswerOf } from "../server/calls.ts";
import { ask, messageOf, useAsk } from "./api.ts";
import { useDeadLetters, useLocalCount } from "./deadLetterCount.ts";
import { live, nothing, useFresh, useLive } from "./live.ts";
import { Problem, TaskLink, Title, type About } from "./parts.tsx";
import { clock, countOf, countWords, last } from "./words.ts";
import { consoleToken, forgetToken, linkTo, readAddress, type Route } from "./session.ts";
import { DeadLetters } from "./views/deadLetters.tsx";
import { Enqueue } from "./views/enqueue.tsx";
import { Local } from "./views/local.tsx";
import { Overview } from "./views/overview.tsx";
import { Queue } from "./views/queue.tsx";
import { Schedules } from "./views/schedules.tsx";
import { Task } from "./views/task.tsx";
import { Worker } from "./views/worker.tsx";
import "./page.css";

const VIEWS: readonly (readonly [view: string, name: string, isLocal?: boolean])[] = [
  ["overview", "Overview"],
  ["dead-letters", "Dead letters"],
  ["schedules", "Schedules"],
  ["worker", "Worker"],
  ["enqueue", "Enqueue"],
  ["local", "Local cloud", true],
];

function App() {
  const [route, setRoute] = useState<Route>(readAddress);
  const [isOpen, setOpen] = useState(consoleToken() !== "");
  useEffect(() => {
    const onAddress = (): void => {
      setRoute(readAddress());
      setOpen(consoleToken() !== "");
    };
    const onToken = (): void => {
      forgetToken();
      setOpen(false);
    };
    addEventListener("hashchange", onAddress);
    addEventListener("console-token", onToken);
    return () => {
      removeEventListener("hashchange", onAddress);
      removeEventListener("console-token", onToken);
    };
  }, []);
  return isOpen ? <Console route={route} /> : <Gate />;
}

/** What is seen without the token. */
function Gate() {
  const [link, setLink] = useState("");
  return (
    <main class="gate">
      <Title>The console of background-tasks</Title>
      <p>
        It opens with the link that was printed when it started: 'npm start' prints it in its first
        line below "Ready", after "Console". The link ends in a token, which keeps others on this
        machine out; each start makes another.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          location.hash = link.includes("#") ? link.slice(link.indexOf("#")) : `#${link.trim()}`;
        }}
      >
        <label>
          The link, or its token
          <input
            value={link}
            autocomplete="off"
            onInput={(event) => {
              setLink(event.currentTarget.value);
            }}
          />
        </label>
        <button class="strong">Open</button>
      </form>
    </main>
  );
}

function Console({ route }: { readonly route: Route }) {
  const { answer: about, error, again } = useAsk("about");
  useEffect(() => {
    if (about?.isLocal) live.start();
  }, [about?.isLocal]);
  useFresh(about?.isLocal ? again : nothing, false);
  useLocalCount(about);
  // With the view, so that a screen reader that is told of the new page has its name.
  useLayoutEffect(() => {
    if (about) document.title = `${titleOf(route)} · ${about.stack} · background-tasks`;
  }, [about?.stack, route.view, route.of]);
  // A stack that is being deployed is there a moment later; and its queues may have other names then.
  useEffect(() => {
    if (error === undefined) return undefined;
    const timer = setTimeout(again, 1000);
    return () => {
      clearTimeout(timer);
    };
  }, [error, again]);
  if (!about) {
    return (
      <main>
        <Problem error={error} />
      </main>
    );
  }
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        To the content
      </a>
      <header>
        <p class="stack">
          <b>{about.stack}</b> {about.project}/{about.region}
        </p>
        <Status about={about} />
        <Search />
        <nav aria-label="Views">
          {VIEWS.filter(([, , isLocal]) => about.isLocal || isLocal !== true).map(
            ([view, name]) => (
              <a
                key={view}
                href={linkTo(view)}
                aria-current={view === route.view ? "page" : undefined}
              >
                {name}
                {view === "dead-letters" && <DeadLetterCount />}
              </a>
            ),
          )}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {viewOf(about, route)}
      </main>
    </>
  );
}

/** How many there were when somebody last asked; nothing where nobody has. */
function DeadLetterCount() {
  const known = useDeadLetters();
  if (!known || known.count === 0) return null;
  return (
    <>
      {" "}
      <b class="count" title={`counted at ${clock(known.time)}`}>
        {countWords(known.count)}
      </b>
    </>
  );
}

/** What a tab of the browser is told apart by. */
function titleOf({ view, of }: Route): string {
  const name = VIEWS.find(([one]) => one === view)?.[1];
  return name ?? `${view} ${last(of).slice(0, 12)}`;
}

function toMain(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function viewOf(about: About, { view, of }: Route): ComponentChild {
  switch (view) {
    case "overview":
      return <Overview about={about} />;
    case "queue":
      return <Queue key={of} about={about} queue={of} />;
    case "task":
      return <Task key={of} about={about} id={of} />;
    case "dead-letters":
      return <DeadLetters about={about} of={of} />;
    case "schedules":
      return <Schedules about={about} />;
    case "worker":
      return <Worker about={about} />;
    case "enqueue":
      return <Enqueue about={about} task={of} />;
    case "local":
      return <Local about={about} />;
    default:
      return <Title>There is no view '{view}'</Title>;
  }
}

function Status({ about }: { readonly about: About }) {
  const { state } = useLive();
  const words = about.isLocal ? state : "asked every 5 s";
  return (
    <p class="state">
      {!about.allowChanges && <span class="warn">read only</span>}{" "}
      <span class={about.isLocal && state !== "live" ? "warn" : "good"}>● {words}</span>
    </p>
  );
}

/** Finds tasks by their id, their idempotency key or, locally, a field of their payload. */
function Search() {
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const [found, setFound] = useState<AnswerOf<"search">["found"]>([]);
  /** The id that nothing was found by. */
  const [missed, setMissed] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof Element && event.target.matches("input,textarea,select");
      if (event.key !== "/" || isTyping) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
    };
  }, []);
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        setSaid("Searching…");
        setFound([]);
        setMissed("");
        ask("search", { text: text.trim() }).then(
          ({ found: all, total }) => {
            const [first] = all;
            if (!first) {
              setSaid(missedWords(text.trim()));
              setMissed(isId(text.trim()) ? text.trim() : "");
            } else if (total === 1) {
              setSaid("");
              location.hash = linkTo("task", first.id);
            } else {
              setSaid(
                `${countOf(total, "task")}${total > all.length ? `, the first ${all.length}` : ""}:`,
              );
              setFound(all);
            }
          },
          (error: unknown) => {
            setSaid(messageOf(error));
          },
        );
      }}
    >
      <input
        ref={input}
        type="search"
        required
        aria-label="Task id, idempotency key, or field=value of the payload"
        placeholder="Task id, key or to=…  ( / )"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <span role="status">{said}</span>
      {missed !== "" && <a href={linkTo("task", missed)}>What the log knows of it</a>}
      {found.length > 0 && (
        <ul class="found" aria-label="Found">
          {found.map(({ id, queue }) => (
            <li key={id}>
              <TaskLink id={id} /> on {queue}
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

/** What is done is on no queue, and is not searched. */
function missedWords(text: string): string {
  const what = /^[\w$.-]+=/.test(text) ? text : `the id or key '${text}'`;
  return `No task that waits and no dead letter has ${what}.`;
}

/** Whether it may be what the terminal prints of a task's id. */
function isId(text: string): boolean {
  return /^[\w-]{8,}$/.test(text);
}

const place = document.getElementById("page");
if (place) render(<App />, place);
