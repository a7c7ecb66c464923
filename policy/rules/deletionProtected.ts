import { QUEUE, SERVICE, titleOf, type Resource } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import { at, isMissing } from "../values.ts";
import { isIdle } from "../workers.ts";

export const deletionProtected: StackRule<{ required: boolean }> = {
  kind: "stack",
  name: "deletion-protected",
  severity: "mandatory",
  description:
    "Nothing that holds tasks can be deleted by mistake: queues have `protect` and `retainOnDelete`, services " +
    "`protect` and `deletionProtection`, but for a worker of several to which no queue sends.",
  settings: {
    required: { description: "Whether the stack\'s tasks matter.", default: true },
  },
  check(resources, { required }) {
    if (!required) return [];
    return resources
      .filter((resource) => PROTECTED.includes(resource.type) && !isIdle(resource, resources))
      .flatMap((resource) =>
        unprotected(resource).map((place) => ({
          resource,
          message:
            `${titleOf(resource)} has no ${place}, and could be deleted with its tasks; set 'protect' to 'true' in ` +
            "the stack's configuration.",
        })),
      );
  },
};

const PROTECTED = [QUEUE, SERVICE];

function unprotected({ type, properties, options }: Resource): string[] {
  if (type === QUEUE) {
    return [
      ...(options.protect ? [] : ["option 'protect'"]),
      ...(options.retainOnDelete === false ? ["option 'retainOnDelete'"] : []),
    ];
  }
  const value = at(properties, "deletionProtection");
  return [
    ...(options.protect ? [] : ["option 'protect'"]),
    ...(value === false || isMissing(value) ? ["'deletionProtection'"] : []),
  ];
}
