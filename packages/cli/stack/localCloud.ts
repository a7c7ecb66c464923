import { CommandError, EXIT } from "../command/exitCodes.ts";

/** The address of the local cloud on that port. */
export function localEndpoint(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** Whatever a local cloud answers. Throws, with what to do, where there is none. */
export async function callLocal(
  endpoint: string,
  path = "",
  init: RequestInit = {},
): Promise<Response> {
  try {
    return await fetch(endpoint + path, init);
  } catch (error) {
    throw new CommandError(
      EXIT.noAnswer,
      `No local cloud answers at ${endpoint}. Start one with 'npm start', name its port with ` +
        "--port, or name a deployed stack with --stack alone.",
      { cause: error },
    );
  }
}
