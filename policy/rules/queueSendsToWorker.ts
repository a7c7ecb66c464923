import { titleOf, UNKNOWN, type Resource } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { targetHost } from "../targets.ts";
import { at, isMapping, isMissing, text } from "../values.ts";
import { queueParts, sendingQueues, type Worker } from "../workers.ts";

export const queueSendsToWorker: StackRule = {
  kind: "stack",
  name: "queue-sends-to-worker",
  severity: "mandatory",
  description:
    "A queue that sends does so by HTTPS to a `run.app` host, the only one at which Cloud Tasks counts as internal, " +
    "with an OIDC token for it. A queue that a worker is told of sends to that worker, is not paused, and changes " +
    "nothing else in what its tasks ask.",
  check(resources) {
    const parts = queueParts(resources);
    return sendingQueues(resources).flatMap((queue): Finding[] => {
      const part = parts.get(queue);
      const messages =
        part?.is === "work"
          ? [...target(queue, part.worker), ...additions(queue), ...state(queue)]
          : target(queue);
      return messages.map((message) => ({ resource: queue, message }));
    });
  },
};

/** Where tasks go and as whom: to the worker, if they are its own. */
function target(queue: Resource, worker?: Worker): string[] {
  const host = targetHost(queue);
  const url = worker?.service.url ?? (host === undefined ? undefined : `https://${host}`);
  return [
    ...wanted(queue, "uriOverride.scheme", "HTTPS"),
    // A task brings an address of its own, which must not count.
    ...wanted(queue, "uriOverride.uriOverrideEnforceMode", "ALWAYS"),
    ...wanted(queue, "uriOverride.host", url && URL.parse(url)?.host),
    ...(host === undefined || worker?.service.url !== undefined || host.endsWith(".run.app")
      ? []
      : [
          `${titleOf(queue)} has 'httpTarget.uriOverride.host' '${host}'; set it to the host of the worker's URL, ` +
            "which ends in '.run.app'.",
        ]),
    ...wanted(queue, "oidcToken.serviceAccountEmail"),
    ...wanted(queue, "oidcToken.audience", url),
  ];
}

/** That a property is set, and to what it must be, where that is known. */
function wanted(queue: Resource, path: string, value?: string): string[] {
  const place = `httpTarget.${path}`;
  const given = at(queue.properties, ...place.split("."));
  const advice = value === undefined ? "set it as the worker needs it" : `set it to '${value}'`;
  if (isMissing(given)) return [`${titleOf(queue)} has no '${place}'; ${advice}.`];
  const has = text(given);
  if (has === undefined || value === undefined || has === value) return [];
  return [`${titleOf(queue)} has '${place}' '${has}'; ${advice}.`];
}

/** What the worker's queues say; all else would change the requests that it is made for. */
const SAID = [
  "uriOverride.scheme",
  "uriOverride.host",
  "uriOverride.uriOverrideEnforceMode",
  "oidcToken.serviceAccountEmail",
  "oidcToken.audience",
];

function additions(queue: Resource): string[] {
  return [
    ...leaves(at(queue.properties, "httpTarget"), "httpTarget").filter(
      (place) => !SAID.includes(place.slice("httpTarget.".length)),
    ),
    ...leaves(at(queue.properties, "appEngineRoutingOverride"), "appEngineRoutingOverride"),
  ].map(
    (place) => `${titleOf(queue)} has '${place}', which its worker does not expect; remove it.`,
  );
}

function state(queue: Resource): string[] {
  if (at(queue.properties, "desiredState") !== "PAUSED") return [];
  return [
    `${titleOf(queue)} has 'desiredState' 'PAUSED', and its tasks would wait until they are deleted; remove it. To ` +
      "pause it for a while: 'gcloud tasks queues pause'.",
  ];
}

/** The paths of all that is set within a value. */
function leaves(value: unknown, path: string): string[] {
  // What Google answers for a method that nobody set.
  if (isMissing(value) || value === UNKNOWN || value === "HTTP_METHOD_UNSPECIFIED") return [];
  if (Array.isArray(value)) {
    return value.flatMap((one: unknown, i) => leaves(one, `${path}.${i}`));
  }
  if (!isMapping(value)) return [path];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, `${path}.${key}`));
}
