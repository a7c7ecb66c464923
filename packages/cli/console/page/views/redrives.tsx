import type { EarlierRedrive } from "../../server/reads/taskReads.ts";
import { linkToGroup } from "../session.ts";
import { countOf, moment } from "../words.ts";

/** `run 20261125T120241Z-9c1f, at 25 Nov, 12:02:41`, of the last one. */
export function redrivenWords(of: readonly EarlierRedrive[]): string {
  const latest = of.at(-1);
  if (!latest) return "never";
  return of.length === 1
    ? runWords(latest)
    : `${countOf(of.length, "time")}, last: ${runWords(latest)}`;
}

/** Each redrive of a task that died before, with a link to what died of the same. */
export function Redrives({ of }: { readonly of: readonly EarlierRedrive[] }) {
  if (of.length === 0) return null;
  return (
    <section aria-labelledby="redrives-title">
      <h2 id="redrives-title">Redriven before</h2>
      <ol class="life">
        {of.map((one) => (
          <li key={one.died.time}>
            {runWords(one)}, after it had died on {moment(one.died.time)} ({one.died.reason}) of{" "}
            <a href={linkToGroup("cause", one.died.cause)}>{one.died.cause}</a>
          </li>
        ))}
      </ol>
    </section>
  );
}

function runWords({ run, time }: EarlierRedrive): string {
  if (run === undefined) return "in a run that is not known";
  return time === undefined ? `run ${run}` : `run ${run}, at ${moment(time)}`;
}
