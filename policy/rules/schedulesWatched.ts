import { alertPolicies, questionsOf } from "../alertPolicies.ts";
import { JOB, titleOf, type Resource } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { at, couldBe, text } from "../values.ts";

export const schedulesWatched: StackRule = {
  kind: "stack",
  name: "schedules-watched",
  severity: "mandatory",
  description:
    "Where a stack has alerts, each Scheduler job that puts tasks onto a queue and is not paused is named by one of " +
    "them: a run that fails is nobody's otherwise.",
  check(resources) {
    const policies = alertPolicies(resources);
    const questions = questionsOf(policies);
    if (policies.length === 0 || questions === undefined) return [];
    return resources.filter(isSchedule).flatMap((job): Finding[] => {
      const name = text(at(job.properties, "name"));
      if (name === undefined || questions.some((question) => names(question, name))) return [];
      const message = `${titleOf(job)} is named '${name}', and no alert policy asks for it; make one that does, or pause the job.`;
      return [{ resource: job, message }];
    });
  },
};

function isSchedule({ type, properties }: Resource): boolean {
  return (
    type === JOB &&
    !couldBe(at(properties, "paused"), true) &&
    /\/queues\/[^/]+\/tasks\b/.test(text(at(properties, "httpTarget", "uri")) ?? "")
  );
}

/** Whether a question has an id in it, as a whole. */
function names(question: string, id: string): boolean {
  return question.split(/[^\w-]+/).includes(id);
}
