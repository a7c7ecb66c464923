import { TaskLink, Title, type About } from "../parts.tsx";
import { linkTo } from "../session.ts";
import { last, moment } from "../words.ts";
import type { Ended, EndedLine } from "./ended.ts";

/** Whether the dead letter of a page is no more: what became of it is shown then. */
export function isEnded({ lines }: Ended): boolean {
  const [line] = lines as readonly EndedLine[];
  if (line?.kind === "discard") return true;
  return line?.kind === "redrive" && (line.result === "created" || line.result === "existed");
}

/** What became of a dead letter on whose page it was redriven or discarded. */
export function EndedLetter({ about, ended }: { readonly about: About; readonly ended: Ended }) {
  const [line = { kind: "" }] = ended.lines as readonly EndedLine[];
  return (
    <>
      {ended.did === "redrive" ? <Redriven line={line} /> : <Discarded about={about} line={line} />}
      <p>
        <a href={linkTo("dead-letters")}>The dead letters that there are</a>
      </p>
    </>
  );
}

function Redriven({ line: { result, name, scheduleTime } }: { readonly line: EndedLine }) {
  if (name === undefined) {
    return (
      <>
        <Title>Gone before it was redriven</Title>
        <p>Somebody else has redriven or discarded this dead letter.</p>
      </>
    );
  }
  const when = scheduleTime === undefined ? "at once" : `on ${moment(Date.parse(scheduleTime))}`;
  return (
    <>
      <Title>Redriven</Title>
      <p>
        {result === "created"
          ? `This dead letter is a task again, which is due ${when}: `
          : "Somebody else has redriven this dead letter, too. It is a task again, once: "}
        <TaskLink id={last(name)}>See the task</TaskLink>
      </p>
    </>
  );
}

function Discarded({ about, line }: { readonly about: About; readonly line: EndedLine }) {
  const { letters = 0, uncertain = 0, file = "" } = line;
  if (letters + uncertain === 0) {
    return (
      <>
        <Title>Gone before it was deleted</Title>
        <p>Somebody else has redriven or discarded this dead letter.</p>
      </>
    );
  }
  return (
    <>
      <Title>Deleted</Title>
      <p>
        {letters > 0
          ? "This dead letter is deleted. It is kept in a file: "
          : "This dead letter is gone, and nobody knows by whom: an answer was lost. What it was is in a file: "}
        <code class="break">{file}</code>
      </p>
      <p>
        What brings it back:{" "}
        <code class="break">{`npm run tasks -- import ${file}${about.flags}`}</code>
      </p>
    </>
  );
}
