import { holds, memberOf } from "../grants.ts";
import { titleOf } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { at, isMissing, text } from "../values.ts";
import { queueParts, VARIABLES, workersOf } from "../workers.ts";

export const invokerCallsWorker: StackRule = {
  kind: "stack",
  name: "invoker-calls-worker",
  severity: "mandatory",
  description:
    "The account that a worker is told of in `TASKS_INVOKER`, the one in the tokens of its queues, and one that may " +
    "call it are the same.",
  check(resources) {
    const parts = queueParts(resources);
    return workersOf(resources).flatMap(({ service, invoker }): Finding[] => {
      const { resource } = service;
      if (isMissing(invoker)) {
        const message = `${titleOf(resource)} has no '${VARIABLES.invoker}'; set it to the account of its queues' tokens.`;
        return [{ resource, message }];
      }
      const account = text(invoker);
      if (account === undefined) return [];
      const others = [...parts].flatMap(([queue, part]) => {
        const sends = text(at(queue.properties, "httpTarget", "oidcToken", "serviceAccountEmail"));
        const isOther = part.is === "work" && part.worker?.service.resource === resource;
        if (!isOther || sends === undefined || sends === account) return [];
        const message =
          `${titleOf(queue)} has 'httpTarget.oidcToken.serviceAccountEmail' '${sends}'; its worker expects '${account}' ` +
          `('${VARIABLES.invoker}'). Set one to the other.`;
        return [{ resource: queue, message }];
      });
      const mayCall = CALLING.map((role) => holds(resources, resource, role, memberOf(account)));
      if (mayCall.some((answer) => answer !== false)) return others;
      const message =
        `${titleOf(resource)} gives 'roles/run.invoker' not to '${memberOf(account)}' ('${VARIABLES.invoker}'), and no ` +
        "task would reach it; grant it without a condition.";
      return [...others, { resource, message }];
    });
  },
};

const CALLING = ["roles/run.invoker", "roles/run.servicesInvoker"];
