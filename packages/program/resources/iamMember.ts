import { canonicalMember } from "@background-tasks/google/iamMember.ts";
import { ApiError } from "./api.ts";
import { text, type Context, type Properties, type ResourceType } from "./resourceType.ts";

interface Binding {
  readonly role: string;
  readonly members?: readonly string[];
  readonly condition?: object;
}

/**
 * One member of one role on one resource, as the `…IamMember` types are: the resource's policy is read,
 * changed and written back with its etag.
 */
export function iamMember(
  /** The verb of the service's getIamPolicy: Google is not of one mind about it. */
  getVerb: "get" | "post",
  /** The inputs that name the resource. */
  resourceInputs: readonly string[],
  /** The path of the resource, with the API's version. */
  path: (inputs: Properties, context: Context) => string,
): ResourceType {
  return {
    replaceOn: [...resourceInputs, "role", "member", "condition"],
    // Grants stand side by side.
    nameInput: "",
    ...(resourceInputs.includes("name") && { inventedName: "name" }),
    required: ["role", "member"],

    async create(inputs, context) {
      const resource = path(inputs, context);
      const role = text(inputs, "role");
      const member = text(inputs, "member");
      const etag = await changePolicy(getVerb, resource, context, (bindings) =>
        withMember(bindings, role, member),
      );
      return { id: `${resource}/${role}/${member}`, outputs: { ...inputs, etag } };
    },

    async read({ inputs }, context) {
      if (inputs["member"] === undefined) {
        throw new Error("A grant needs no import: made again, it changes nothing.");
      }
      const policy = await context.api[getVerb](`${path(inputs, context)}:getIamPolicy`);
      const bindings = (policy["bindings"] ?? []) as readonly Binding[];
      const isThere = bindings.some(
        ({ role, members }) =>
          role === inputs["role"] &&
          members?.some((other) => isSame(other, text(inputs, "member"))) === true,
      );
      // The etag is the policy's: another's grant changes it too.
      return isThere ? { settable: inputs, computed: {} } : undefined;
    },

    async delete({ inputs }, context) {
      const role = text(inputs, "role");
      const member = text(inputs, "member");
      try {
        await changePolicy(getVerb, path(inputs, context), context, (bindings) =>
          withoutMember(bindings, role, member),
        );
      } catch (error) {
        // A resource that is gone has taken its policy with it.
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      }
    },
  };
}

const MAX_TRIES = 10;

/** Reads, changes and writes a policy. Another's change in between makes the etag stale: it is then read again. */
async function changePolicy(
  getVerb: "get" | "post",
  resource: string,
  { api }: Context,
  change: (bindings: readonly Binding[]) => readonly Binding[],
): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    const policy = await api[getVerb](`${resource}:getIamPolicy`);
    const bindings = change((policy["bindings"] ?? []) as readonly Binding[]);
    try {
      const written = await api.post(`${resource}:setIamPolicy`, {
        policy: { ...policy, bindings },
      });
      return written["etag"];
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409) || tries === MAX_TRIES) throw error;
    }
  }
}

function withMember(bindings: readonly Binding[], role: string, member: string): Binding[] {
  const others = bindings.filter((binding) => binding.role !== role || binding.condition);
  const own = bindings.find((binding) => binding.role === role && !binding.condition);
  const present = (own?.members ?? []).filter((other) => !isSame(other, member));
  return [...others, { role, members: [...present, member] }];
}

function withoutMember(bindings: readonly Binding[], role: string, member: string): Binding[] {
  return bindings
    .map((binding) =>
      binding.role === role
        ? { ...binding, members: (binding.members ?? []).filter((other) => !isSame(other, member)) }
        : binding,
    )
    .filter((binding) => binding.members?.length !== 0);
}

/** The policy may have the address in another case than the program. */
function isSame(one: string, other: string): boolean {
  return canonicalMember(one) === canonicalMember(other);
}
