import { runInCheckout } from "./runInCheckout.ts";
import type { Declared } from "./declared.ts";
import { readStackSettings, type StackSettings } from "./stackSettings.ts";

/** What the process that evaluates a program is told. */
export type DeclareRequest = StackSettings;

/**
 * What the program in a checkout asks Google for in one of its stacks. A stack without a file is one that
 * the checkout does not have: it asks for nothing.
 */
export async function declaredResources(checkout: string, stack: string): Promise<Declared> {
  const settings = readStackSettings(checkout, stack);
  if (!settings) return { resources: [] };
  const request: DeclareRequest = settings;
  return (await runInCheckout(checkout, PROCESS, request)) as Declared;
}

const PROCESS = new URL("declareProcess.ts", import.meta.url);
