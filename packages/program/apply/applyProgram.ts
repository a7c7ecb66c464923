import * as pulumi from "@pulumi/pulumi";
import { Deployment, type DeploymentListener, type StackResource } from "./deployment.ts";
import { callFunction } from "./functions.ts";
import type { Context, Properties, ResourceType } from "../resources/resourceType.ts";
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
 * Runs a Pulumi program in this process, with Pulumi's mock runtime in the engine's place, and makes
 * every resource it registers through Google's API. Pulumi's runtime keeps its state in the process, and
 * modules are cached: run it once per process.
 */
export async function applyProgram(args: ApplyArgs): Promise<Applied> {
  const { types = resourceTypes, context, resources, listener } = args;
  const deployment = new Deployment(types, context, resources, listener);
  const failure = new FirstFailure();

  pulumi.runtime.setAllConfig({
    ...withoutEndpoints(args.config),
    ...tasksEndpoint(args.endpoint),
  });
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, custom }) => {
        const properties = unwrapSecrets(inputs) as Properties;
        if (custom !== true) return { id: undefined, state: properties };
        const { id, outputs } = await failure.guard(() =>
          deployment.register(type, name, properties),
        );
        return { id, state: outputs };
      },
      call: ({ token }) => failure.guard(async () => callFunction(token, context)),
    },
    args.project,
    args.stack,
  );

  // An error in an `apply` or a timer of the program: the resources behind it were never registered.
  const fail = (error: unknown): void => {
    failure.report(error);
  };
  process.on("unhandledRejection", fail).on("uncaughtException", fail);
  try {
    const outputs = await Promise.race([run(args.loadProgram), failure.happened]);
    await deployment.deleteVanished();
    return { resources: deployment.resources, outputs };
  } catch (error) {
    await failure.drained();
    return { resources: deployment.resources, outputs: {}, error: asError(error) };
  } finally {
    process.off("unhandledRejection", fail).off("uncaughtException", fail);
  }
}

async function run(
  loadProgram: ApplyArgs["loadProgram"],
): Promise<Readonly<Record<string, unknown>>> {
  const program = await loadProgram();
  await pulumi.runtime.disconnect();
  // The namespace object of a module is frozen, which `output` does not expect.
  const outputs = pulumi.output({ ...program });
  const values = await new Promise<Readonly<Record<string, unknown>>>((resolve) => {
    outputs.apply(resolve);
  });
  // A rejection that nobody handles is told after the promises that are ready now.
  await new Promise(setImmediate);
  return values;
}

/**
 * Keeps the first failure, of a resource or of the program. What fails or comes after it never answers, so that the program
 * goes no further; what was already under way is waited for.
 */
class FirstFailure {
  readonly happened: Promise<never>;
  #reject: (error: Error) => void = () => undefined;
  #error: Error | undefined;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor() {
    this.happened = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Nobody may be waiting for it yet.
    this.happened.catch(() => undefined);
  }

  async guard<T>(act: () => Promise<T>): Promise<T> {
    if (this.#error) return never();
    const acting = act();
    this.#underWay.add(acting);
    try {
      return await acting;
    } catch (error) {
      this.report(error);
      return await never();
    } finally {
      this.#underWay.delete(acting);
    }
  }

  report(error: unknown): void {
    this.#error ??= asError(error);
    this.#reject(this.#error);
  }

  async drained(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** The values inside Pulumi's marks for secrets. */
function unwrapSecrets(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) {
    return unwrapSecrets(pulumi.runtime.unwrapRpcSecret(value));
  }
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, unwrapSecrets(inner)]),
    );
  }
  return value;
}
