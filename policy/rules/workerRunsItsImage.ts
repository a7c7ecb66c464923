import { titleOf, UNKNOWN } from "../resource.ts";
import type { StackRule } from "../rule.ts";
import { at, isMapping, isMissing, items, text } from "../values.ts";
import { VARIABLES, workersOf, type Worker } from "../workers.ts";

export const workerRunsItsImage: StackRule = {
  kind: "stack",
  name: "worker-runs-its-image",
  severity: "mandatory",
  description:
    "A worker runs what its image was built to run, at the address that its queues know: no other command, no options for " +
    "Node, no variable said twice, no other API, and instances whenever there are tasks.",
  check(resources) {
    // What may be a worker may be another service, too.
    const workers = workersOf(resources).filter(({ table }) => table !== UNKNOWN);
    return workers.flatMap((worker) => {
      const { resource } = worker.service;
      return [...changes(worker), ...variables(worker)].map((what) => ({
        resource,
        message: `${titleOf(resource)} has ${what}; remove it.`,
      }));
    });
  },
};

/** What a container says of how it starts, which the image says already. */
const COMMANDS = ["commands", "args", "workingDir", "baseImageUri"];

function changes({ service }: Worker): string[] {
  const { properties } = service.resource;
  const commands = service.containers.flatMap((container, i) =>
    COMMANDS.filter((key) => isSet(at(container, key))).map(
      (key) => `'template.containers.${i}.${key}', with which it is not what was built`,
    ),
  );
  const scaling = at(properties, "scaling");
  return [
    // Another container beside the worker's may be started in any way.
    ...(service.containers.length === 1 ? commands : []),
    ...(isSet(at(properties, "buildConfig"))
      ? ["'buildConfig', with which it is not what was built"]
      : []),
    ...["defaultUriDisabled", "iapEnabled"]
      .filter((key) => at(properties, key) === true)
      .map((key) => `'${key}' 'true', with which its queues do not reach it`),
    ...(at(scaling, "scalingMode") === "MANUAL" && at(scaling, "manualInstanceCount") === 0
      ? ["'scaling.manualInstanceCount' '0', with which no task is worked on"]
      : []),
  ];
}

/** They change what runs, or for whom. */
const UNWANTED = ["NODE_OPTIONS", "TASKS_ENDPOINT"];

function variables({ service }: Worker): string[] {
  const names = service.containers
    .flatMap((container) => items(at(container, "envs")))
    .map((env) => text(at(env, "name")));
  return [
    ...UNWANTED.filter((name) => names.includes(name)).map(
      (name) => `the environment variable '${name}', with which it is not what was built`,
    ),
    ...Object.values(VARIABLES)
      .filter((name) => names.indexOf(name) !== names.lastIndexOf(name))
      .map((name) => `the environment variable '${name}' twice`),
  ];
}

/** Google answers empty values for what nobody set. */
function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isMapping(value)) return Object.values(value).some(isSet);
  return typeof value !== "symbol" && !isMissing(value);
}
