import type { Resource } from "./resource.ts";
import { at, isMapping, items, json, text } from "./values.ts";

/** A role given to a member by an IAM resource. What is not known yet is `undefined`. */
export interface Grant {
  readonly resource: Resource;
  readonly role: string | undefined;
  readonly member: string | undefined;
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

function grantForm({ type }: Resource): string | undefined {
  return /^gcp:.*:\w*(?:Iam|IAM)(Member|Binding|Policy)$/.exec(type)?.[1];
}

function bindingGrants(resource: Resource, binding: unknown): Grant[] {
  if (!isMapping(binding)) return [];
  const role = text(at(binding, "role"));
  return items(at(binding, "members")).map((member) => ({ resource, role, member: text(member) }));
}
