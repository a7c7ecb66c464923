import { runInCheckout } from "@background-tasks/program/checkout/runInCheckout.ts";
import type { Contract } from "./contract.ts";

/** What the process that reads a checkout's tasks says. */
export type ContractReply = { readonly contract: Contract } | { readonly error: string };

/** The tasks of a checkout and the JSON Schemas of their payloads. */
export async function readContract(checkout: string): Promise<Contract> {
  const reply = (await runInCheckout(checkout, PROCESS, {})) as ContractReply;
  if ("contract" in reply) return reply.contract;
  throw new Error(`The tasks of '${checkout}' cannot be read: ${reply.error}`);
}

const PROCESS = new URL("contractProcess.ts", import.meta.url);
