import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { apiAt } from "@background-tasks/program/resources/api.ts";
import type { Request } from "@background-tasks/program/apply/apply.ts";
import { applyProgram } from "@background-tasks/program/apply/applyProgram.ts";
import { resourceTypes } from "@background-tasks/program/resources/resourceTypes.ts";
import type { ResourceType } from "@background-tasks/program/resources/resourceType.ts";
import { withStandIns } from "@background-tasks/program/stack/standIns.ts";
import { loadContract } from "../../../../tasks/contract/loadContract.ts";
import type { AppliedWithout, Registered } from "./applyWithout.ts";

// The process of applyWithout.ts: a program is applied once in a process.

interface Message {
  readonly missing: Registered;
  readonly request: Request;
}

/** The types of the program, one of which makes nothing where it is asked for the missing resource. */
function typesWithout({ type, inputs }: Registered): Record<string, ResourceType> {
  const whole = resourceTypes[type];
  if (!whole) throw new Error(`There is no type '${type}'.`);
  return {
    ...resourceTypes,
    [type]: {
      ...whole,
      create: async (given, context) =>
        isDeepStrictEqual(given, inputs)
          ? { id: "never-made", outputs: given }
          : whole.create(given, context),
    },
  };
}

async function apply({ missing, request }: Message): Promise<void> {
  const { deployToken, gcpProject, gcpRegion, services, ...args } = request;
  const { settings } = await loadContract();
  const { config } = withStandIns(args, settings, ({ local, example }) =>
    local === undefined ? example : services[local],
  );
  const { resources, outputs, error } = await applyProgram({
    ...args,
    config,
    loadProgram: () =>
      import(pathToFileURL(resolve("infra/index.ts")).href) as Promise<Record<string, unknown>>,
    context: { api: apiAt(args.endpoint, deployToken), project: gcpProject, region: gcpRegion },
    listener: { onChange: () => undefined },
    types: typesWithout(missing),
  });
  if (error) process.exitCode = 1;
  const applied: AppliedWithout = { resources, outputs, ...(error && { error: error.message }) };
  process.send?.(applied);
}

process.once("message", (message: Message) => {
  void apply(message).finally(() => {
    process.disconnect();
  });
});
process.on("unhandledRejection", () => undefined);
