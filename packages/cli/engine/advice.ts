import { backendAdvice, UNREACHABLE } from "../stack/backendAdvice.ts";
import type { EngineCommand } from "./options.ts";

/** What a failure of the engine is about. */
export interface Failure {
  readonly command: EngineCommand;
  readonly stack: string;
  /** How the CLI is called for this stack: `pulumi`, or an npm script. */
  readonly cli: string;
  /** The command that makes this stack where there is none. */
  readonly make: string;
  /** What the engine said went wrong. */
  readonly errors: string;
  /** The commands that take over what exists already, where that is what went wrong. */
  readonly importCommands: readonly string[];
  /** The ids of what stands where a replacement should be made. */
  readonly inTheWay: readonly string[];
  /** What the command did before it failed: that it was nothing, or what it was and what to do `next`. */
  readonly changes: (next: string) => string;
}

/** What the person who ran the command should do next; `undefined` where the engine's own words must do. */
export function adviceFor(failure: Failure): string | undefined {
  const advice = ADVICE.find(
    ({ on, command = failure.command, applies }) =>
      command === failure.command && on.test(failure.errors) && (applies?.(failure) ?? true),
  );
  return advice?.say(failure) ?? backendAdvice(failure.stack, failure.errors);
}

const QUEUE_URN = /urn:pulumi:\S*?\$gcp:cloudtasks\/queue:Queue::([\w-]+)/g;

/** A worker's service. That of the stack's own has no key: it is 'worker'. */
const WORKER_URN = /\$gcp:cloudrunv2\/service:Service::worker(?::([\w-]+))?\S? cannot be deleted/g;

/** What Google answers where something of that name is there. */
export const ALREADY_EXISTS = /\b409\b|already exists/i;

/** What the CLI says of a setting before it runs the program. */
const WRONG_TYPE = /configuration key '([\w:.-]+)' must be of type '(\w+)'/;

interface Advice {
  readonly on: RegExp;
  /** @default - any command */
  readonly command?: EngineCommand;
  /** @default - any failure */
  readonly applies?: (failure: Failure) => boolean;
  readonly say: (failure: Failure) => string;
}

/** A rule of a policy pack that the stack breaks. */
const BROKEN_RULE = /^policy: (\S+)$/gm;

/** What to do about a stack that is partly gone. */
const MAKE_AGAIN = "To have that back, run 'up'.";

/** The first that fits is given. */
const ADVICE: readonly Advice[] = [
  {
    on: /cannot be deleted\s+because it is protected/,
    command: "destroy",
    say: ({ stack, changes }) =>
      `Stack '${stack}' is protected. ${changes(MAKE_AGAIN)} To destroy it with all its tasks, set ` +
      `'protect' to false in Pulumi.${stack}.yaml, run 'up', and then run 'destroy'.`,
  },
  {
    on: /cloudtasks\/queue:Queue::\S+ cannot be deleted\s+because it is protected/,
    say: ({ errors, stack, cli, changes }) => {
      const queues = queuesIn(errors);
      const names = queues.map(({ key }) => `'${key}'`).join(", ");
      return [
        `Queue ${names} of stack '${stack}' is protected, since deleting a queue deletes its tasks. ` +
          `${changes("The first step makes it whole again.")} To give it up:`,
        "  1. Put it back in tasks/queues.ts under its name, marked 'retired: true', and run 'up': it " +
          "takes no new task and dispatches those that it has.",
        "  2. Wait until it is empty.",
        ...queues.map(
          ({ urn }) => `  3. Unprotect it, and nothing else: ${cli} state unprotect '${urn}'`,
        ),
        "  4. Remove it from tasks/queues.ts and run 'up'. It stays in Google Cloud, empty, until you " +
          "run 'gcloud tasks queues delete'.",
      ].join("\n");
    },
  },
  {
    on: /\$gcp:cloudrunv2\/service:Service::worker\S* cannot be deleted\s+because it is protected/,
    say: ({ errors, stack, changes }) => {
      const names = [
        ...new Set([...errors.matchAll(WORKER_URN)].map(([, key = "worker"]) => `'${key}'`)),
      ];
      return [
        `Worker ${names.join(", ")} of stack '${stack}' is protected, since a queue may still send to it. ` +
          `${changes("The first step makes it whole again.")} To give it up:`,
        "  1. Put it back in tasks/workers.ts under its name, marked 'retired: true', name other workers in its " +
          "queues, and run 'up': it gets no new task, and can be deleted.",
        "  2. Remove it from tasks/workers.ts and run 'up'.",
      ].join("\n");
    },
  },
  {
    on: /unable to replace resource \S+\s+as it is currently marked for protection/,
    say: ({ stack, changes }) =>
      `Stack '${stack}' is protected, and what holds tasks can neither move to another region or project nor get ` +
      `another name ('namePrefix'). ${changes("Put the old one back and run 'up': it makes the stack whole again.")} ` +
      "Deploy a second stack so ('pulumi stack init'), move the producers to it, let the queues of the " +
      "first drain, and then retire the first.",
  },
  {
    on: /^policy: /m,
    say: ({ errors, stack }) => {
      const rules = new Set([...errors.matchAll(BROKEN_RULE)].map(([, rule = ""]) => `'${rule}'`));
      return (
        `Stack '${stack}' breaks the policy: ${[...rules].join(", ")}. What to change is said above, under ` +
        "'Policies'; docs/policy.md has the rules and how to set them."
      );
    },
  },
  {
    on: WRONG_TYPE,
    say: ({ errors, stack }) => {
      const [, setting = "", type = ""] = WRONG_TYPE.exec(errors) ?? [];
      return (
        `Setting '${setting}' of stack '${stack}' must be of type '${type}'. Change it in ` +
        `Pulumi.${stack}.yaml and run the command again.`
      );
    },
  },
  {
    on: /currently locked by/,
    say: ({ stack, cli }) =>
      `Another command holds the lock of stack '${stack}', or was killed while it did. Wait for it; if ` +
      `none is running, take the lock away: ${cli} cancel --yes`,
  },
  {
    on: /failed to load checkpoint|unexpected end of JSON|snapshot integrity|invalid character/,
    say: ({ stack, cli, changes }) =>
      `The state file of stack '${stack}' is damaged: it was written only in part. ` +
      `${changes("The state may not know it.")} ` +
      "The version before it is beside it in the backend, under the same name with '.bak'; copy it " +
      `over the damaged one, and then compare it with what there is: ${cli} refresh`,
  },
  {
    on: ALREADY_EXISTS,
    applies: ({ inTheWay }) => inTheWay.length > 0,
    say: ({ inTheWay }) =>
      [
        "What should take the place of something in another region or project stands there already:",
        ...inTheWay.map((id) => `  ${id}`),
        "A move that was broken off may have left it. Then finish that move first: put its 'gcp:region' and " +
          "'gcp:project' back, run 'up' until it succeeds, and only then move on, or back. Do not import it: " +
          "the state has it already, to be deleted. If it is nobody's, delete it and run 'up' again.",
      ].join("\n"),
  },
  {
    on: ALREADY_EXISTS,
    say: ({ stack, importCommands }) =>
      [
        `Something that stack '${stack}' should create exists already. If another stack made it, whose names are ` +
          "the same, give this one another 'namePrefix' and run 'up' again. If an 'up' that was broken off made " +
          "it, take it over with 'pulumi import' first:",
        ...importCommands.map((command) => `  ${command}`),
      ].join("\n"),
  },
  {
    on: /no stack named/,
    say: ({ stack, make }) => `There is no stack '${stack}' yet. Make it: ${make}`,
  },
  {
    on: UNREACHABLE,
    say: ({ errors, stack }) =>
      `${UNREACHABLE.exec(errors)?.[0] ?? ""}\n${backendAdvice(stack, errors) ?? ""}`,
  },
  {
    on: /pulumi-language-nodejs|no language plugin/,
    say: () =>
      "The Pulumi CLI has no language host for Node.js beside it. Install the whole CLI: " +
      "https://www.pulumi.com/docs/install/",
  },
];

function queuesIn(errors: string): { urn: string; key: string }[] {
  const urns = new Map([...errors.matchAll(QUEUE_URN)].map(([urn, key = ""]) => [urn, key]));
  return [...urns].map(([urn, key]) => ({ urn, key }));
}
