import { registeredResources } from "@background-tasks/program/declare/registeredResources.ts";
import { readStackFiles } from "@background-tasks/program/stack/stackFiles.ts";
import { operationsSchema, outputsSchema } from "../stack/outputs.ts";
import { pulumiOutputs } from "../stack/pulumiOutputs.ts";

/** Where a stack's images go, and what runs them. */
export interface ReleaseTarget {
  /** `host/project/repository/worker` */
  readonly imageRepository: string;
  /** The full names of the workers' services, which all run one image. */
  readonly services: readonly string[];
}

/** Who says where a stack is. */
export interface Sources {
  /** The outputs of the stack. */
  readonly outputs: (stack: string) => Promise<unknown>;
  /** The output `operations` that the program would have. */
  readonly declared: (stack: string) => Promise<unknown>;
}

/**
 * Where a stack is, as its outputs say. A stack that was not deployed yet, or by a program that had no such
 * output, is where the program will put it: of that, no name here has a part that is random.
 */
export async function releaseTarget(
  stack: string,
  { outputs, declared }: Sources = {
    outputs: (name) => pulumiOutputs(name, false),
    declared: (name) => declaredOperations(name),
  },
): Promise<ReleaseTarget> {
  const deployed = outputsSchema.pick({ operations: true }).safeParse(await outputs(stack)).data;
  const found = deployed?.operations ?? operationsSchema.safeParse(await declared(stack)).data;
  if (found) {
    const { imageRepository, workers } = found;
    return { imageRepository, services: workers.map(({ service }) => service) };
  }
  throw new Error(
    `Nothing says where stack '${stack}' is. Export it from infra/index.ts: 'operations', made by ` +
      "'operationsOf' of infra/operations.ts.",
  );
}

/** The output `operations` that the program of a project's folder would have in a stack. */
export async function declaredOperations(stack: string, directory = "."): Promise<unknown> {
  const [reply] = await registeredResources(directory, readStackFiles(directory, stack));
  if (reply === undefined || "error" in reply) {
    throw new Error(reply?.error ?? `The program says nothing of stack '${stack}'.`);
  }
  // A stand-in for it would be somebody else's project.
  if (reply.filledIn.includes("gcp:project")) {
    throw new Error(
      `'Pulumi.${stack}.yaml' must set 'gcp:project': nothing else says where it is.`,
    );
  }
  return reply.operations;
}
