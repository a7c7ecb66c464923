import * as pulumi from "@pulumi/pulumi";
import { Failure } from "./failure.ts";
import { Monitor, type Answer, type Guard, type Registration } from "./monitor.ts";

/** What a program is evaluated with, and who answers it in the place of the engine and of Google. */
export interface Evaluation {
  /** The Pulumi project's name. */
  readonly project: string;
  readonly stack: string;
  /** The stack's configuration, defaults included: full keys, values as the engine hands them over. */
  readonly config: Readonly<Record<string, string>>;
  /**
   * Told of each resource. What it answers is what the program goes on with: of a component, nothing need be
   * answered.
   */
  readonly register: (resource: Registration) => Answer | Promise<Answer>;
  /**
   * Answers a function of a provider.
   *
   * @default - a token for the registry, by the one function that the program calls
   */
  readonly call?: (token: string) => Outputs | Promise<Outputs>;
}

type Outputs = Readonly<Record<string, unknown>>;

/**
 * Runs a program with Pulumi's mock runtime in the engine's place, and returns what it exports. Throws the first
 * failure, of the program or of who answers it, once nothing is under way: what comes after it is not answered. Pulumi's
 * runtime keeps its state in the process: one program at a time.
 */
export async function evaluateProgram(
  evaluation: Evaluation,
  load: () => Promise<Outputs>,
): Promise<Outputs> {
  const failure = new Failure();
  // An error in an `apply` or a timer of the program: the resources behind it were never registered.
  const fail = (error: unknown): void => {
    failure.report(error);
  };
  process.on("unhandledRejection", fail).on("uncaughtException", fail);
  try {
    await startEvaluation(evaluation, (act) => failure.guard(act));
    return await Promise.race([run(load), failure.happened]);
  } catch (error) {
    await failure.drained();
    throw error;
  } finally {
    await settled();
    process.off("unhandledRejection", fail).off("uncaughtException", fail);
  }
}

/** Puts Pulumi's mock runtime in the engine's place, for what is constructed from now on. */
export async function startEvaluation(
  { project, stack, config, register, call = registryToken }: Evaluation,
  guard?: Guard,
): Promise<void> {
  const monitor = new Monitor(register, call, guard);
  pulumi.runtime.setAllConfig({ ...config });
  pulumi.runtime.setMockOptions(monitor, project, stack);
  await awaitFeatureSupport();
}

/** It is in no types of the SDK, whose programs have it done by their stack. */
const { awaitFeatureSupport } = pulumi.runtime as typeof pulumi.runtime & {
  readonly awaitFeatureSupport: () => Promise<void>;
};

function registryToken(): Outputs {
  return { accessToken: "token" };
}

async function run(load: () => Promise<Outputs>): Promise<Outputs> {
  // The namespace object of a module is frozen, which Pulumi does not expect.
  const outputs = await pulumi.runtime.runInPulumiStack(async () => ({ ...(await load()) }));
  await pulumi.runtime.disconnect();
  await settled();
  return { ...outputs };
}

/** Resolves once rejections that nobody handles are told: after the promises that are ready now. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
