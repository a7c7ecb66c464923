import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Contract } from "./contract.ts";

/** Where a project declares what there is to do, from its own folder. */
export const CONTRACT_FILE = "tasks/index.ts";

/** The contract of the project in a folder. Modules are cached: it is read once in a process. */
export async function loadContract(directory = "."): Promise<Contract> {
  const file = resolve(directory, CONTRACT_FILE);
  const { contract } = (await import(pathToFileURL(file).href)) as { readonly contract?: Contract };
  if (contract) return contract;
  throw new Error(`'${file}' exports no 'contract'.`);
}
