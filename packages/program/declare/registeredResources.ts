import { runInCheckout } from "../checkout/runInCheckout.ts";
import { readStackFiles, stacksIn, type StackFile } from "../stack/stackFiles.ts";
import type { Declared } from "./declared.ts";

/** What the process that evaluates a program is told. */
export interface DeclareRequest {
  readonly stackFiles: readonly StackFile[];
  /** Whether images are told by their files, for which the worker is bundled. */
  readonly readsImages: boolean;
}

/**
 * Everything that the program of a project's folder registers in these stacks, without the engine: Pulumi's mock runtime stands in
 * for it and for Google. Runs the program in a process of its own, since the runtime keeps its state in the
 * process.
 */
export async function registeredResources(
  directory: string,
  stackFiles: readonly StackFile[],
): Promise<(Declared & { readonly stack: string })[]> {
  const request: DeclareRequest = { stackFiles, readsImages: false };
  const replies = (await runInCheckout(directory, PROCESS, request, process.env)) as Declared[];
  return replies.map((reply, i) => ({ stack: stackFiles[i]?.stack ?? "", ...reply }));
}

/**
 * What the program in a checkout asks Google for in one of its stacks. A stack without a file is one that
 * the checkout does not have: it asks for nothing.
 */
export async function declaredResources(checkout: string, stack: string): Promise<Declared> {
  if (!stacksIn(checkout).includes(stack)) return { resources: [], filledIn: [] };
  const stackFiles = readStackFiles(checkout, stack);
  const request: DeclareRequest = { stackFiles, readsImages: true };
  const [reply] = (await runInCheckout(checkout, PROCESS, request)) as [Declared];
  return reply;
}

const PROCESS = new URL("declareProcess.ts", import.meta.url);
