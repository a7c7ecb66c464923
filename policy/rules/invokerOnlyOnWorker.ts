import { invokerAccounts } from "../accountUses.ts";
import { grantsOf, memberOf, type Grant } from "../grants.ts";
import { titleOf } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { workersOf } from "../targets.ts";
import { at, isMissing, text } from "../values.ts";

export const invokerOnlyOnWorker: StackRule = {
  kind: "stack",
  name: "invoker-only-on-worker",
  severity: "mandatory",
  description:
    "Nobody may call a Cloud Run service but the account that tasks are sent as, and it only the worker.",
  check(resources) {
    const invokers = invokerAccounts(resources);
    const members = invokers && [...invokers].map(memberOf);
    const workers = workersOf(resources)?.map(({ service }) => service.resource.properties);
    const names = workers?.map((properties) => text(at(properties, "name")));
    const grants = resources
      .flatMap(grantsOf)
      .filter(({ role }) => INVOKING.includes(String(role)));
    return grants.flatMap((grant) => [
      ...otherMember(grant, members),
      ...otherService(grant, names),
    ]);
  },
};

/** The roles that hold the permission `run.routes.invoke`. */
const INVOKING = ["roles/run.invoker", "roles/run.servicesInvoker", "roles/run.admin"];

function otherMember(
  { resource, role, member }: Grant,
  members: readonly string[] | undefined,
): Finding[] {
  if (member === undefined || members === undefined || members.includes(member)) return [];
  return [
    {
      resource,
      message:
        `${titleOf(resource)} gives '${String(role)}' to '${member}'; only the account that tasks are sent as ` +
        "may have it.",
    },
  ];
}

function otherService(
  { resource, role }: Grant,
  workers: readonly (string | undefined)[] | undefined,
): Finding[] {
  // Version 1 of Cloud Run calls it 'service'. A full name ends in the service's own.
  const given = at(resource.properties, "name") ?? at(resource.properties, "service");
  if (isMissing(given)) {
    const message = `${titleOf(resource)} gives '${String(role)}' on more than a service; grant it on the worker.`;
    return [{ resource, message }];
  }
  const service = text(given)?.split("/").at(-1);
  if (service === undefined || !workers || workers.includes(undefined)) return [];
  if (workers.includes(service)) return [];
  return [
    {
      resource,
      message:
        `${titleOf(resource)} gives '${String(role)}' on '${service}', which no queue sends to; grant it on ` +
        "the worker alone.",
    },
  ];
}
