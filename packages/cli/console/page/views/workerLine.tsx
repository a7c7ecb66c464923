import type { AnswerOf } from "../../server/calls.ts";
import { countOf, countWords } from "../words.ts";

type Overview = AnswerOf<"overview">;

/**
 * A worker in a line. Of a local cloud each instance is known. What is in use is what its queues have in flight, as their
 * table says: instances are asked at another moment.
 */
export function WorkerLine({
  worker,
  queues,
  revisions,
}: {
  readonly worker: Overview["workers"][number];
  readonly queues: Overview["queues"];
  readonly revisions: Overview["revisions"];
}) {
  const { service, isReady, message, revision, maxInstances, concurrency } = worker;
  const own = revisions?.filter((one) => one.service === service);
  const instances = own?.flatMap((one) => one.instances);
  const places = maxInstances * concurrency;
  const inFlight = queues
    .filter(({ key }) => worker.queues.includes(key))
    .reduce((sum, one) => sum + one.inFlight, 0);
  const failures = (own ?? []).reduce((sum, one) => sum + one.failures, 0);
  return (
    <p>
      {service}: {isReady ? "ready" : `not ready: ${message}`}, {revision}.{" "}
      {instances
        ? `${countWords(instances.length)} of ${countOf(maxInstances, "instance")}`
        : `Up to ${countOf(maxInstances, "instance")}`}
      , {countWords(Math.min(inFlight, places))} of {countOf(places, "place")} in use
      {/* Those of a revision go with it, and one that cannot start is gone at once. */}
      {own && own.length > 0 && `, ${countOf(failures, "crash", "crashes")} of what runs now`}.
    </p>
  );
}
