import type { CloudRunService } from "./cloudRun.ts";
import { UNKNOWN, type Resource } from "./resource.ts";
import { at, couldBe, known, text } from "./values.ts";

const CLIENT = "roles/cloudsql.client";

/** The one form of a grant's condition that names an instance, and none but it. */
const CONDITION =
  /^resource\.name == "projects\/([^"/]+)\/instances\/([^"/]+)" && resource\.service == "sqladmin\.googleapis\.com"$/;

/**
 * The right to connect to one Cloud SQL instance. Google has no narrower place for it than the project with a
 * condition (https://cloud.google.com/sql/docs/postgres/iam-conditions). What is not known yet is `undefined`.
 */
export interface InstanceGrant {
  readonly resource: Resource;
  readonly member: string | undefined;
  /** `my-project/orders` */
  readonly instance: string | undefined;
}

/** The right to connect that a resource gives, or may turn out to give; `undefined` of every other resource. */
export function instanceGrant(resource: Resource): InstanceGrant | undefined {
  const { type, properties } = resource;
  if (type !== "gcp:projects/iAMMember:IAMMember") return undefined;
  if (!couldBe(at(properties, "role"), CLIENT)) return undefined;
  const member = text(at(properties, "member"));
  const condition = at(properties, "condition", "expression");
  if (condition === UNKNOWN) return { resource, member, instance: undefined };
  const [, project, instance] = CONDITION.exec(text(condition) ?? "") ?? [];
  return project === undefined
    ? undefined
    : { resource, member, instance: `${project}/${instance}` };
}

/** The instances that a service has the sockets of, as `my-project/orders`; `undefined` for what is not known yet. */
export function instancesOf({ volumes }: CloudRunService): (string | undefined)[] {
  return volumes
    .flatMap((volume) => known(at(volume, "cloudSqlInstance", "instances")))
    .map((connection) => {
      // `my-project:europe-west1:orders`; the id of a project may have a ':'.
      const [, project, instance] = /^(.+):[^:]+:([^:]+)$/.exec(text(connection) ?? "") ?? [];
      return project === undefined ? text(connection) : `${project}/${instance}`;
    });
}
