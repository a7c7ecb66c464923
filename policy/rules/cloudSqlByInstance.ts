import { cloudRunServices, type CloudRunService } from "../cloudRun.ts";
import { instanceGrant, instancesOf, type InstanceGrant } from "../cloudSql.ts";
import { isSameMember, memberOf } from "../grants.ts";
import { titleOf } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { text } from "../values.ts";

export const cloudSqlByInstance: StackRule = {
  kind: "stack",
  name: "cloud-sql-by-instance",
  severity: "mandatory",
  description:
    "A service may connect to the Cloud SQL instances whose sockets it has, each by a grant of its own, and nobody else " +
    "may to any.",
  check(resources) {
    const grants = resources.map(instanceGrant).filter((grant) => grant !== undefined);
    const users = cloudRunServices(resources).flatMap(usersIn);
    return [
      ...users
        .filter((user) => isKnown(user) && !grants.some((grant) => mayBeFor(grant, user)))
        .map(({ resource, instance }): Finding => ({
          resource,
          message:
            `${titleOf(resource)} has the socket of '${instance}', and its account may not connect; grant ` +
            "'roles/cloudsql.client' on the project, under the condition that the resource is that instance.",
        })),
      ...grants
        .filter((grant) => isKnown(grant) && !users.some((user) => mayBeFor(grant, user)))
        .map(({ resource, instance, member }): Finding => ({
          resource,
          message:
            `${titleOf(resource)} lets '${member}' connect to '${instance}', which is no service of this stack with ` +
            "the socket of that instance; remove it.",
        })),
    ];
  },
};

/** Who has the socket of an instance, and so should have the right to connect to it. */
function usersIn(service: CloudRunService): InstanceGrant[] {
  const account = text(service.serviceAccount.value);
  const member = account === undefined ? undefined : memberOf(account);
  return instancesOf(service).map((instance) => ({ resource: service.resource, instance, member }));
}

function isKnown({ instance, member }: InstanceGrant): boolean {
  return instance !== undefined && member !== undefined;
}

/** Whether a grant lets this user connect, or may turn out to. */
function mayBeFor(grant: InstanceGrant, user: InstanceGrant): boolean {
  const mayBe = (one: string | undefined, other: string | undefined): boolean =>
    one === undefined || other === undefined || isSameMember(one, other);
  return mayBe(grant.instance, user.instance) && mayBe(grant.member, user.member);
}
