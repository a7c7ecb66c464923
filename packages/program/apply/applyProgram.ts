import { evaluateProgram } from "../evaluate/evaluateProgram.ts";
import { unwrapSecrets } from "../evaluate/secrets.ts";
import { Deployment, type DeploymentListener, type StackResource } from "./deployment.ts";
import { callFunction } from "./functions.ts";
import type { Context, ResourceType } from "../resources/resourceType.ts";
import { resourceTypes } from "../resources/resourceTypes.ts";
import { tasksEndpoint, withoutEndpoints } from "../stack/stackConfig.ts";

export interface ApplyArgs {
  /** Imports the program. Importing it registers its resources. */
  readonly loadProgram: () => Promise<Readonly<Record<string, unknown>>>;
  /** The Pulumi project's name. */
  readonly project: string;
  readonly stack: string;
  /** The stack's configuration, defaults included: full keys, values as the engine hands them over. */
  readonly config: Readonly<Record<string, string>>;
  /** The address of the local cloud's API. */
  readonly endpoint: string;
  readonly context: Context;
  /** The stack as the last apply left it. */
  readonly resources: readonly StackResource[];
  readonly listener: DeploymentListener;
  /** @default resourceTypes */
  readonly types?: Readonly<Record<string, ResourceType>>;
}

export interface Applied {
  readonly resources: readonly StackResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Why the apply ended early. `resources` is then what had been done. */
  readonly error?: Error;
}

/**
 * Evaluates a program and makes every resource that it registers through Google's API. Modules are cached: run it
 * once per process.
 */
export async function applyProgram(args: ApplyArgs): Promise<Applied> {
  const { loadProgram, types = resourceTypes, context, resources, listener } = args;
  const deployment = new Deployment(types, context, resources, listener);
  try {
    const outputs = await evaluateProgram(
      {
        ...args,
        config: { ...withoutEndpoints(args.config), ...tasksEndpoint(args.endpoint) },
        register: async ({ type, name, inputs, isCustom }) =>
          isCustom ? deployment.register(type, name, unwrapSecrets(inputs)) : undefined,
        call: (token) => callFunction(token, context),
      },
      loadProgram,
    );
    await deployment.deleteVanished();
    return { resources: deployment.resources, outputs };
  } catch (error) {
    return {
      resources: deployment.resources,
      outputs: {},
      error: error instanceof Error ? error : new Error(String(error)),
    };
  }
}
