import { cloudRunServices } from "../cloudRun.ts";
import { grantedType, grantsOf, isOn, isSameMember, memberOf, type Grant } from "../grants.ts";
import { isNamed } from "../names.ts";
import { ACCOUNT, JOB, QUEUE, SECRET, SERVICE, titleOf, type Resource } from "../resource.ts";
import type { Finding, StackRule } from "../rule.ts";
import { targetsOf } from "../targets.ts";
import { at, items, known, quoted, text } from "../values.ts";
import { queueParts, workersOf } from "../workers.ts";

export const grantsListed: StackRule<
  Readonly<Record<"operators" | "viewers" | "grants", readonly string[]>>
> = {
  kind: "stack",
  name: "grants-listed",
  severity: "mandatory",
  description:
    "On services, queues, secrets and accounts there are the grants that the program needs and no others: the invoker " +
    "calls its worker, workers and schedules enqueue, a worker keeps dead letters and reads the secrets it refers to, " +
    "and Cloud Tasks acts as the invoker. Operators see, enqueue, delete and pause; viewers see what is no payload. Nobody " +
    "but operators may read the payloads of dead letters.",
  settings: {
    operators: {
      description: "Who operates the stack, as in its configuration: `group:oncall@example.com`.",
      default: [],
    },
    viewers: {
      description: "Who sees it, but for payloads, as in its configuration.",
      default: [],
    },
    grants: {
      description:
        "Other grants, each a role and a member: `roles/cloudtasks.enqueuer serviceAccount:web@…`.",
      default: [],
    },
  },
  check(resources, { grants, ...people }) {
    return resources.flatMap((resource) => {
      if (grantedType(resource) === undefined) return [];
      const places = resources.map((target) => ({ target, is: isOn(resource, target) }));
      // On what it is may turn out later.
      if (places.some(({ is }) => is === undefined)) return [];
      const target = places.find(({ is }) => is)?.target;
      const pairs = target && [
        ...pairsOn(target, resources),
        ...peopleOn(target, people, resources),
      ];
      const isClosed = target !== undefined && keepsDeadLetters(target, resources);
      return grantsOf(resource).flatMap((grant) =>
        isListed(grant, pairs ?? [], isClosed && readsAll(grant) ? [] : grants)
          ? []
          : [refusal(grant, target)],
      );
    });
  },
};

/** A role, and who may have it; `undefined` while an account among them is not known. */
interface Pair {
  readonly roles: readonly string[];
  readonly members: readonly (string | undefined)[] | RegExp;
}

type People = Readonly<Record<"operators" | "viewers", readonly string[]>>;

const INVOKER = ["roles/run.invoker", "roles/run.servicesInvoker"];
const ENQUEUER = "roles/cloudtasks.enqueuer";
const DELETER = "roles/cloudtasks.taskDeleter";
const ACCESSOR = "roles/secretmanager.secretAccessor";
const USER = "roles/iam.serviceAccountUser";
const AGENT = /^serviceAccount:service-\d+@gcp-sa-cloudtasks\.iam\.gserviceaccount\.com$/i;

function pairsOn(target: Resource, resources: readonly Resource[]): Pair[] {
  switch (target.type) {
    case QUEUE:
      return onQueue(target, resources);
    case SECRET:
      return [{ roles: [ACCESSOR], members: readersOf(target, resources) }];
    case ACCOUNT:
      return isInvoker(target, resources) ? [{ roles: [USER], members: AGENT }] : [];
    default:
      return [{ roles: INVOKER, members: callersOf(target, resources) }];
  }
}

/** What people may have on a resource. A custom role is one of the stack's own, and holds no more than it may. */
function peopleOn(
  { type }: Resource,
  { operators, viewers }: People,
  resources: readonly Resource[],
): Pair[] {
  const own = (permissions: readonly string[]): string[] =>
    resources.flatMap((resource) => {
      const name = text(at(resource.properties, "name"));
      if (resource.type !== CUSTOM_ROLE || name === undefined) return [];
      const held = items(at(resource.properties, "permissions"));
      return held.every((one) => permissions.some((may) => may === one)) ? [name] : [];
    });
  switch (type) {
    case QUEUE:
      return [
        { roles: [READER, ENQUEUER, DELETER, ...own(OPERATE)], members: operators },
        { roles: own(VIEW), members: viewers },
      ];
    case SERVICE:
      return [{ roles: ["roles/run.viewer"], members: [...operators, ...viewers] }];
    default:
      return [];
  }
}

const CUSTOM_ROLE = "gcp:projects/iAMCustomRole:IAMCustomRole";
const READER = "roles/cloudtasks.viewer";
const VIEW = ["cloudtasks.queues.get", "cloudtasks.tasks.get", "cloudtasks.tasks.list"];
const OPERATE = [...VIEW, "cloudtasks.queues.pause", "cloudtasks.queues.resume"];

function keepsDeadLetters(queue: Resource, resources: readonly Resource[]): boolean {
  return queueParts(resources).get(queue)?.is === "dead letters";
}

/** Whether whoever has the role can read a task with its payload: `tasks.fullView` with `get` or `list`. */
function readsAll({ role }: Grant): boolean {
  return (
    role !== undefined &&
    /^roles\/(?:cloudtasks\.(?:viewer|editor|admin)|viewer|editor|owner)$/.test(role)
  );
}

function onQueue(queue: Resource, resources: readonly Resource[]): Pair[] {
  const part = queueParts(resources).get(queue);
  const workers = workersOf(resources);
  const accounts = (part?.is === "dead letters" ? part.workers : workers).map(
    ({ service }) => service.serviceAccount.value,
  );
  const schedulers = resources
    .filter(({ type }) => type === JOB)
    .map(({ properties }) => at(properties, "httpTarget", "oauthToken", "serviceAccountEmail"));
  const keeps = { roles: [ENQUEUER, DELETER], members: members(accounts) };
  const enqueues = { roles: [ENQUEUER], members: members([...accounts, ...schedulers]) };
  switch (part?.is) {
    case "dead letters":
      return [keeps];
    case "unknown":
      return [keeps, enqueues];
    default:
      return [enqueues];
  }
}

/** The accounts of the services that refer to a secret. */
function readersOf(secret: Resource, resources: readonly Resource[]): Pair["members"] {
  const readers = cloudRunServices(resources).filter(({ containers, volumes }) =>
    [
      ...containers
        .flatMap((container) => known(at(container, "envs")))
        .map((env) => at(env, "valueSource", "secretKeyRef", "secret")),
      ...volumes.map((volume) => at(volume, "secret", "secret")),
    ].some((name) => name !== undefined && isNamed(secret, name) !== false),
  );
  return members(readers.map(({ serviceAccount }) => serviceAccount.value));
}

/** The accounts that the queues send their tasks to a service as, and the one that it is told of as a worker. */
function callersOf(service: Resource, resources: readonly Resource[]): Pair["members"] {
  const targets = targetsOf(resources);
  // Whoever sends, it may turn out to be to this one.
  if (!targets) return [undefined];
  const queues = targets.find((target) => target.service.resource === service)?.queues ?? [];
  const told = workersOf(resources).find((worker) => worker.service.resource === service)?.invoker;
  return members([
    ...queues.map(({ properties }) =>
      at(properties, "httpTarget", "oidcToken", "serviceAccountEmail"),
    ),
    ...(told === undefined ? [] : [told]),
  ]);
}

function isInvoker(account: Resource, resources: readonly Resource[]): boolean {
  const ofQueues = resources
    .filter(({ type }) => type === QUEUE)
    .map(({ properties }) => at(properties, "httpTarget", "oidcToken", "serviceAccountEmail"));
  // A worker to which no queue sends at the moment has an invoker, too.
  return [...ofQueues, ...workersOf(resources).map(({ invoker }) => invoker)].some(
    (email) => email !== undefined && isNamed(account, email) !== false,
  );
}

function members(accounts: readonly unknown[]): (string | undefined)[] {
  return accounts.map((account) => {
    const email = text(account);
    return email === undefined ? undefined : memberOf(email);
  });
}

function isListed(
  { role, member, isConditional }: Grant,
  pairs: readonly Pair[],
  more: readonly string[],
): boolean {
  if (role === undefined || member === undefined) return true;
  if (more.some((one) => isSameMember(one, `${role} ${member}`))) return true;
  // What the program needs, it needs at all times.
  if (isConditional) return false;
  return pairs.some(
    ({ roles, members: allowed }) =>
      roles.includes(role) &&
      (allowed instanceof RegExp
        ? allowed.test(member)
        : allowed.some((one) => one === undefined || isSameMember(one, member))),
  );
}

function refusal(
  { resource, role, member, isConditional }: Grant,
  target: Resource | undefined,
): Finding {
  const place = target ? titleOf(target) : "what is none of this stack's resources";
  const why = isConditional
    ? "under a condition, and the program needs it always or not at all"
    : "which the program does not need";
  return {
    resource,
    message:
      `${titleOf(resource)} gives '${String(role)}' to '${String(member)}' on ${place}, ${why}; ` +
      `remove it. If you want it, add ${quoted([`${String(role)} ${String(member)}`])} to 'grants' of 'grants-listed' in ` +
      "PulumiPolicy.<stack>.json.",
  };
}
