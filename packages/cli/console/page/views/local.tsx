import { useState } from "preact/hooks";
import { act, useAsk } from "../api.ts";
import { useFresh, useLive } from "../live.ts";
import { Problem, Said, Title, useDoing, type About } from "../parts.tsx";
import { moment } from "../words.ts";
import { EventLine, lineOf } from "./liveLines.tsx";

const TROUBLE: readonly string[] = ["denied", "refused", "notEmulated"];

/** What only a local cloud has: its clock, its faults, what it turned away, and its mails. */
export function Local({ about }: { readonly about: About }) {
  return (
    <>
      <Title>Local cloud</Title>
      <Mails />
      <Clock />
      <Faults />
      <Trouble about={about} />
    </>
  );
}

function Mails() {
  const { answer, error, again } = useAsk("mails");
  useFresh(again, true);
  return (
    <section aria-labelledby="mails-title">
      <h2 id="mails-title">Mails</h2>
      <p class="quiet">Nothing is sent on: the local mail server keeps the last hundred.</p>
      <Problem error={error} />
      {answer?.mails.length === 0 && <p class="quiet">No mail came yet.</p>}
      {answer?.mails.map((mail, i) => (
        <article key={`${mail.messageId} ${i}`} class="mail">
          <h3>{mail.subject || "(no subject)"}</h3>
          <p>
            From {mail.from} to {mail.to.join(", ")}, {moment(mail.time)}
          </p>
          <pre>{mail.text}</pre>
        </article>
      ))}
    </section>
  );
}

function Clock() {
  const { answer, error, again } = useAsk("clock");
  const [by, setBy] = useState("3600");
  const doing = useDoing();
  const isVirtual = answer?.type === "virtual";
  return (
    <section aria-labelledby="clock-title">
      <h2 id="clock-title">Clock</h2>
      <Problem error={error} />
      {answer && (
        <p id="clock-state">
          {isVirtual
            ? `It stands at ${moment(Date.parse(answer.now))}.`
            : "It is the machine's, which goes on by itself: nothing can be moved or run to its end here. " +
              "'npm start -- --clock virtual' makes one that you move."}
        </p>
      )}
      <div class="bar">
        <label>
          Seconds
          <input
            inputMode="numeric"
            size={8}
            value={by}
            onInput={(event) => {
              setBy(event.currentTarget.value.replace(/[^\d.]/g, ""));
            }}
          />
        </label>
        <button
          disabled={!isVirtual || doing.isBusy}
          aria-describedby="clock-state"
          onClick={() => {
            doing.run(async () => {
              await act("advance", { by: `${by}s` });
              again();
              return "Moved on.";
            });
          }}
        >
          Advance
        </button>
        <button
          disabled={!isVirtual || doing.isBusy}
          aria-describedby="clock-state"
          onClick={() => {
            doing.run(async () => {
              await act("idle", {});
              again();
              return "Every task has come to its end.";
            });
          }}
        >
          Until all is done
        </button>
      </div>
      <Said doing={doing} />
    </section>
  );
}

const EXAMPLE = '{ "on": "call", "method": "CreateTask", "status": "UNAVAILABLE", "count": 3 }';

function Faults() {
  const { answer, error, again } = useAsk("faults");
  const [fault, setFault] = useState(EXAMPLE);
  const doing = useDoing();
  return (
    <section aria-labelledby="faults-title">
      <h2 id="faults-title">Faults</h2>
      <Problem error={error} />
      <ul>
        {(answer?.faults as { readonly id: number }[] | undefined)?.map((one) => (
          <li key={one.id}>
            <code class="break">{JSON.stringify(one)}</code>{" "}
            <button
              aria-label={`Remove fault ${one.id}`}
              onClick={() => {
                doing.run(async () => {
                  await act("removeFault", { id: one.id });
                  again();
                  return "Removed.";
                });
              }}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <label>
        A fault, as JSON
        <textarea
          rows={2}
          spellcheck={false}
          value={fault}
          onInput={(event) => {
            setFault(event.currentTarget.value);
          }}
        />
      </label>
      <button
        disabled={doing.isBusy}
        onClick={() => {
          doing.run(async () => {
            await act("addFault", { fault: JSON.parse(fault) as never });
            again();
            return "Added.";
          });
        }}
      >
        Add
      </button>
      <Said doing={doing} />
    </section>
  );
}

function Trouble({ about }: { readonly about: About }) {
  const { events } = useLive();
  const own = events
    .filter(({ name }) => TROUBLE.includes(name))
    .slice(-100)
    .toReversed();
  return (
    <section aria-labelledby="trouble-title">
      <h2 id="trouble-title">Denied, refused, not emulated</h2>
      {own.length === 0 && <p class="quiet">Nothing was turned away.</p>}
      <ol class="lines">
        {own.map((one) => (
          <EventLine key={one.number} one={one} line={lineOf(one, about.queueNames)} />
        ))}
      </ol>
    </section>
  );
}
