import { canonicalMember } from "@background-tasks/google/iamMember.ts";
import { z } from "zod";
import type { Clock } from "../time/clock.ts";
import type { Events } from "../api/events.ts";
import { GoogleError } from "../api/googleError.ts";
import type { Json } from "../api/parseJson.ts";
import { decodeMessage, type MessageType } from "../api/protoJson.ts";
import type { KeptMap, Store } from "../data/store.ts";
import type { CustomRoles } from "./customRoles.ts";
import { permissionsOf } from "./roles.ts";

/** Who has a role. A binding with a condition grants nothing here: conditions are not evaluated. */
export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: object | undefined;
}

/** The policy of one resource, as Google's API has it. */
export interface Policy {
  readonly version: number;
  readonly etag: string;
  readonly bindings?: readonly Binding[];
}

export interface PolicyStoreOptions {
  /** The roles of the project's own. */
  readonly roles: Pick<CustomRoles, "permissionsOf">;
  /** Says what is wrong with a member, if anything is. */
  readonly memberProblem: (member: string) => string | undefined;
  readonly events: Events;
  readonly clock: Clock;
  /** How long a change takes until it is in force. */
  readonly delayMs: () => number;
  readonly store: Store;
}

/** The IAM policies, by the full name of the resource: `projects/P/locations/L/queues/Q`. */
export class PolicyStore {
  readonly #policies: KeptMap<Policy>;
  readonly #roles: PolicyStoreOptions["roles"];
  readonly #memberProblem: (member: string) => string | undefined;
  readonly #events: Events;
  readonly #clock: Clock;
  readonly #delayMs: () => number;
  /** What is in force yet of resources whose policy was changed, until when. */
  readonly #inForceUntil = new Map<string, { readonly policy: Policy; readonly time: number }>();
  #changes: number;

  constructor({ roles, memberProblem, events, clock, delayMs, store }: PolicyStoreOptions) {
    this.#policies = store.map("policies");
    this.#changes = Math.max(0, ...[...this.#policies.values()].map(({ etag }) => changeOf(etag)));
    this.#roles = roles;
    this.#memberProblem = memberProblem;
    this.#events = events;
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  /** The policy of a resource. One that was never set is empty, and has an etag all the same. */
  get(resource: string): Policy {
    return this.#policies.get(resource) ?? EMPTY;
  }

  /** The policy that is in force: at Google a change takes a while to be (google-cloud.md 4.2). */
  inForce(resource: string): Policy {
    const before = this.#inForceUntil.get(resource);
    if (before === undefined) return this.get(resource);
    if (this.#clock.now() < before.time) return before.policy;
    this.#inForceUntil.delete(resource);
    return this.get(resource);
  }

  /** What a role allows; `undefined` where it is not known. */
  permissionsOf(role: string): ReadonlySet<string> | "all" | undefined {
    return permissionsOf(role) ?? this.#roles.permissionsOf(role);
  }

  /** Replaces a policy. Throws ABORTED where its etag is no longer that of the policy in force. */
  set(resource: string, json: Json | undefined): Policy {
    const { etag, bindings } = policySchema.parse(decodeMessage(POLICY, json, "policy"));
    const current = this.get(resource);
    if (etag !== undefined && etag !== "" && etag !== current.etag) {
      throw new GoogleError(
        "ABORTED",
        `There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag '${etag}' did not match the current policy's ETag '${current.etag}'.`,
      );
    }
    const normal = normalise(bindings);
    for (const binding of normal) this.#check(binding, resource);
    return this.#replace(resource, normal);
  }

  /** Forgets the policy of a resource that is deleted. */
  remove(resource: string): void {
    this.#policies.delete(resource);
    this.#inForceUntil.delete(resource);
  }

  /** Puts a member in the place of another, in every policy. */
  replaceMember(member: string, by: string): void {
    for (const [resource, { bindings = [] }] of this.#policies) {
      if (!bindings.some((binding) => binding.members.includes(member))) continue;
      const replaced = bindings.map((binding) => ({
        ...binding,
        members: binding.members.map((other) => (other === member ? by : other)),
      }));
      this.#replace(resource, normalise(replaced));
    }
  }

  #replace(resource: string, bindings: readonly Binding[]): Policy {
    const delayMs = this.#delayMs();
    if (delayMs > 0) {
      const before = this.inForce(resource);
      this.#inForceUntil.set(resource, { policy: before, time: this.#clock.now() + delayMs });
    }
    this.#changes += 1;
    const policy = {
      version: bindings.some((binding) => binding.condition) ? 3 : 1,
      etag: etagOf(this.#changes),
      ...(bindings.length > 0 && { bindings }),
    };
    this.#policies.set(resource, policy);
    return policy;
  }

  #check({ role, members, condition }: Binding, resource: string): void {
    if (!ROLE.test(role)) {
      throw new GoogleError("INVALID_ARGUMENT", `Role (${role}) does not exist.`);
    }
    if (role.startsWith("projects/") && this.permissionsOf(role) === undefined) {
      throw new GoogleError(
        "INVALID_ARGUMENT",
        `Role ${role} does not exist in the resource's hierarchy.`,
      );
    }
    for (const member of members) {
      const problem = this.#memberProblem(member) ?? publicProblem(member, resource);
      if (problem !== undefined) throw new GoogleError("INVALID_ARGUMENT", problem);
    }
    if (condition !== undefined) {
      this.#events.emit("notEmulated", { what: `The condition of a binding of '${role}'` });
    } else if (this.permissionsOf(role) === undefined) {
      this.#events.emit("notEmulated", { what: `The role '${role}', which grants nothing here` });
    }
  }
}

/** The public gets roles per resource only. https://cloud.google.com/run/docs/securing/managing-access */
function publicProblem(member: string, resource: string): string | undefined {
  if (!/^projects\/[^/]+$/.test(resource) || !/^all(?:Authenticated)?Users$/.test(member)) {
    return undefined;
  }
  return `'${member}' cannot be a member in the policy of a project. Grant it on the resource itself.`;
}

/** What Google gives as the etag of a policy that was never set. */
const EMPTY: Policy = { version: 1, etag: "ACAB" };

const ROLE = /^(?:(?:projects|organizations)\/[^/]+\/)?roles\/[A-Za-z0-9_.]+$/;

export const POLICY: MessageType = {
  version: "int32",
  bindings: {
    repeated: {
      message: { role: "string", members: { repeated: "string" }, condition: "struct" },
    },
  },
  auditConfigs: { repeated: "struct" },
  etag: "bytes",
};

const policySchema = z.object({
  etag: z.string().optional(),
  bindings: z
    .array(
      z.object({
        role: z.string().default(""),
        members: z.array(z.string()).default([]),
        condition: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .default([]),
});

/** One binding per role and condition, members once each, all in order; none without members. */
function normalise(bindings: readonly Binding[]): Binding[] {
  const merged = new Map<string, Binding>();
  for (const { role, members, condition } of bindings) {
    const key = `${role} ${JSON.stringify(condition ?? null)}`;
    const all = [...(merged.get(key)?.members ?? []), ...members.map(canonicalMember)];
    merged.set(key, {
      role,
      members: [...new Set(all)].sort(),
      ...(condition && { condition }),
    });
  }
  return [...merged.values()]
    .filter((binding) => binding.members.length > 0)
    .sort((a, b) => (a.role < b.role ? -1 : a.role > b.role ? 1 : 0));
}

/** The number of the change that an etag tells of. */
function changeOf(etag: string): number {
  return Buffer.from(etag, "base64").readUIntBE(2, 6);
}

function etagOf(change: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16BE(0x0706);
  bytes.writeUIntBE(change, 2, 6);
  return bytes.toString("base64");
}
