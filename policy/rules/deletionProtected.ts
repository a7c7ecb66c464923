import { QUEUE, SERVICE, titleOf, type Resource } from "../resource.ts";
import type { ResourceRule } from "../rule.ts";
import { at, isMissing } from "../values.ts";

export const deletionProtected: ResourceRule<{ required: boolean }> = {
  kind: "resource",
  name: "deletion-protected",
  severity: "mandatory",
  description:
    "Nothing that holds tasks can be deleted by mistake: queues have `protect` and `retainOnDelete`, services " +
    "`protect` and `deletionProtection`.",
  settings: {
    required: { description: "Whether the stack\'s tasks matter.", default: true },
  },
  types: [QUEUE, SERVICE],
  check(resource, { required }) {
    if (!required) return [];
    return unprotected(resource).map(
      (place) =>
        `${titleOf(resource)} has no ${place}, and could be deleted with its tasks; set 'protect' to 'true' in ` +
        "the stack's configuration.",
    );
  },
};

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
