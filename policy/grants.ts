import { isNamed } from "./names.ts";
import { ACCOUNT, QUEUE, SECRET, SERVICE, SERVICE_V1, UNKNOWN, type Resource } from "./resource.ts";
import { at, isMapping, isMissing, items, json, text } from "./values.ts";

/** A role given to a member by an IAM resource. What is not known yet is `undefined`. */
export interface Grant {
  readonly resource: Resource;
  readonly role: string | undefined;
  readonly member: string | undefined;
  /** It holds at times only, or for some. */
  readonly isConditional: boolean;
}

/**
 * The roles that a resource gives: every form of IAM resource of every service, which gives one role to one
 * member (`…IamMember`), one to many (`…IamBinding`) or a policy as JSON (`…IamPolicy`).
 */
export function grantsOf(resource: Resource): Grant[] {
  const { properties } = resource;
  switch (grantForm(resource)) {
    case "Member":
      return [
        {
          resource,
          role: text(at(properties, "role")),
          member: text(at(properties, "member")),
          isConditional: isConditional(properties),
        },
      ];
    case "Binding":
      return bindingGrants(resource, properties);
    case "Policy":
      return items(at(json(at(properties, "policyData")), "bindings")).flatMap((binding) =>
        bindingGrants(resource, binding),
      );
    default:
      return [];
  }
}

/** Whether a resource gives roles on the whole project, on a folder or on the organization. */
export function isAboveResources(resource: Resource): boolean {
  return (
    grantForm(resource) !== undefined &&
    /^gcp:(projects|folder|organizations)\//.test(resource.type)
  );
}

/** The member that a service account is. */
export function memberOf(email: string): string {
  return `serviceAccount:${email}`;
}

/** The type of resource on which an IAM resource gives roles, of the types that tasks go through. */
export function grantedType({ type }: Resource): string | undefined {
  return placeOf(type)?.type;
}

/** Whether an IAM resource gives roles on this one; `undefined` while that is not known. */
export function isOn({ type, properties }: Resource, target: Resource): boolean | undefined {
  const place = placeOf(type);
  if (!place?.types.includes(target.type)) return false;
  return isNamed(target, at(properties, place.key), {
    project: at(properties, "project"),
    location: at(properties, "location"),
  });
}

/**
 * Whether a member has a role on a resource, at all times. A policy has the last word on a resource, a binding
 * on a role: each takes away what it does not name. `undefined` while that is not known.
 */
export function holds(
  resources: readonly Resource[],
  target: Resource,
  role: string,
  member: string,
): boolean | undefined {
  const there = resources.filter(
    (resource) => placeOf(resource.type) && isOn(resource, target) !== false,
  );
  const of = (form: string): Resource[] => there.filter((one) => grantForm(one) === form);
  const deciding = [
    ...of("Policy"),
    ...of("Binding").filter(({ properties }) => at(properties, "role") === role),
  ];
  const answers = deciding.map((one) => gives(one, target, role, member));
  if (answers.includes(false)) return false;
  if (answers.length > 0) return answers.includes(undefined) ? undefined : true;
  const given = [...of("Member"), ...of("Binding")].map((one) => gives(one, target, role, member));
  if (given.includes(true)) return true;
  return given.includes(undefined) ? undefined : false;
}

function gives(
  resource: Resource,
  target: Resource,
  role: string,
  member: string,
): boolean | undefined {
  const { properties } = resource;
  const isUnknown = ["role", "member", "members", "policyData", "condition"].some(
    (key) => at(properties, key) === UNKNOWN || items(at(properties, key)).includes(UNKNOWN),
  );
  if (isUnknown || isOn(resource, target) === undefined) return undefined;
  return grantsOf(resource).some(
    (grant) => grant.role === role && isSameMember(grant.member, member) && !grant.isConditional,
  );
}

/** Google compares members without case. */
export function isSameMember(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

interface Place {
  readonly type: string;
  readonly types: readonly string[];
  /** The property that names the resource. */
  readonly key: string;
}

function placeOf(type: string): Place | undefined {
  return PLACES.find(({ prefix }) => type.startsWith(prefix));
}

const PLACES: readonly (Place & { readonly prefix: string })[] = [
  { prefix: "gcp:cloudtasks/queueIam", type: QUEUE, types: [QUEUE], key: "name" },
  { prefix: "gcp:cloudrunv2/serviceIam", type: SERVICE, types: [SERVICE, SERVICE_V1], key: "name" },
  { prefix: "gcp:cloudrun/iam", type: SERVICE, types: [SERVICE, SERVICE_V1], key: "service" },
  { prefix: "gcp:secretmanager/secretIam", type: SECRET, types: [SECRET], key: "secretId" },
  { prefix: "gcp:serviceaccount/iAM", type: ACCOUNT, types: [ACCOUNT], key: "serviceAccountId" },
];

function grantForm({ type }: Resource): string | undefined {
  return /^gcp:.*:\w*(?:Iam|IAM)(Member|Binding|Policy)$/.exec(type)?.[1];
}

function bindingGrants(resource: Resource, binding: unknown): Grant[] {
  if (!isMapping(binding)) return [];
  const role = text(at(binding, "role"));
  return items(at(binding, "members")).map((member) => ({
    resource,
    role,
    member: text(member),
    isConditional: isConditional(binding),
  }));
}

function isConditional(binding: unknown): boolean {
  return !isMissing(at(binding, "condition"));
}
