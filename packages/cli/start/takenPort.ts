import { LOCAL_OUTPUTS_PATH } from "@background-tasks/cloud/control/localCloud.ts";
import type { PortTakenError } from "@background-tasks/cloud/network/listen.ts";
import { localEndpoint } from "../stack/localCloud.ts";
import { outputsSchema } from "../stack/outputs.ts";
import type { Options } from "./options.ts";

/** How long another local cloud is waited for to say what it is. */
const ANSWER_MS = 1000;

/** What to do about a port that is taken: which stack has it, where that can be known, and what starts beside it. */
export async function takenWords(
  { message }: PortTakenError,
  { port, portOffset }: Pick<Options, "port" | "portOffset">,
): Promise<string> {
  const beside = `'npm start -- --port-offset ${portOffset + 100}' moves all four ports.`;
  const endpoint = localEndpoint(port);
  const stack = port === 0 ? undefined : await stackAt(endpoint);
  return stack === undefined
    ? `${message} ${beside}`
    : `Stack '${stack}' runs at ${endpoint}. To start another one beside it: ${beside} ${message}`;
}

async function stackAt(endpoint: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(endpoint + LOCAL_OUTPUTS_PATH, { signal });
    return outputsSchema.parse(await response.json()).operations.stack;
  } catch {
    // Something else has it, or that stack is not deployed yet.
    return undefined;
  }
}
