import { isTaskQueue, QUEUE, titleOf } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { targetHost } from "../targets.ts";
import { at, isMissing, text } from "../values.ts";

export const queueHasToken: ResourceRule = {
  kind: "resource",
  name: "queue-has-token",
  severity: "mandatory",
  description:
    "Every queue but the dead-letter queue sends an OIDC token with its tasks, for the service that they go to.",
  types: [QUEUE],
  check(queue) {
    if (!isTaskQueue(queue)) return [];
    const token = at(queue.properties, "httpTarget", "oidcToken");
    const missing = ["serviceAccountEmail", "audience"]
      .filter((key) => isMissing(at(token, key)))
      .map(
        (key) =>
          `${titleOf(queue)} has no 'httpTarget.oidcToken.${key}', and the worker would refuse its tasks; set ` +
          (key === "audience" ? "it to the worker's URL." : "it to the invoker's account."),
      );
    const audience = text(at(token, "audience"));
    const host = targetHost(queue);
    if (audience === undefined || host === undefined || audience === `https://${host}`)
      return missing;
    return [
      ...missing,
      `${titleOf(queue)} has 'httpTarget.oidcToken.audience' '${audience}'; its tasks go to '${host}', so set it ` +
        `to 'https://${host}'.`,
    ];
  },
};
