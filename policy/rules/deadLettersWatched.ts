import { alertPolicies, questionsOf } from "../alertPolicies.ts";
import { titleOf, UNKNOWN } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { at, text } from "../values.ts";
import { deadLetterQueueOf, workersOf } from "../workers.ts";

export const deadLettersWatched: StackRule = {
  kind: "stack",
  name: "dead-letters-watched",
  severity: "mandatory",
  description:
    "Where a stack has alerts, one of them asks for the queue that holds its dead letters: what is on it is deleted " +
    "after 31 days.",
  check(resources) {
    const policies = alertPolicies(resources);
    const questions = questionsOf(policies);
    if (policies.length === 0 || questions === undefined) return [];
    const kept = workersOf(resources).map((worker) => deadLetterQueueOf(worker, resources));
    const queues = [...new Set(kept)].filter((queue) => queue !== undefined && queue !== UNKNOWN);
    return queues.flatMap((queue): Finding[] => {
      const name = text(at(queue.properties, "name"));
      if (name === undefined || questions.some((question) => asksFor(question, name))) return [];
      const message = `${titleOf(queue)} is named '${name}', and no alert policy asks for it; make one of its 'queue/depth'.`;
      return [{ resource: queue, message }];
    });
  },
};

/** Whether a question has a text in quotes that is the id, or an expression that matches all of it. */
function asksFor(question: string, id: string): boolean {
  return [...question.matchAll(/"([^"]*)"/g)].some(([, quoted = ""]) => {
    try {
      return new RegExp(`^(?:${quoted})$`).test(id);
    } catch {
      return false; // It is no expression, and not the id.
    }
  });
}
