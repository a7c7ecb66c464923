import type { Server } from "node:net";

/** A port that cannot be had. Its message is one line, for whoever started the local cloud. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
  readonly port: number;

  constructor(port: number, flag: string, cause: Error) {
    const why =
      "code" in cause && cause.code === "EACCES"
        ? "this user may not listen on it"
        : "another program listens on it (another 'npm start', perhaps)";
    super(`Port ${port} on 127.0.0.1 is taken: ${why}. Choose another one with ${flag} <port>.`, {
      cause,
    });
    this.port = port;
  }
}

/**
 * Makes `server` listen on 127.0.0.1, and only there. Returns the port; 0 means any free one. Throws
 * `PortTakenError`, which names the flag that chooses another.
 */
export async function listen(
  server: Pick<Server, "once" | "off" | "listen" | "address">,
  port: number,
  flag: string,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error & { code?: string }): void => {
      const isTaken = error.code === "EADDRINUSE" || error.code === "EACCES";
      reject(isTaken ? new PortTakenError(port, flag, error) : error);
    };
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", fail);
      resolve();
    });
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("A server has no address.");
  return address.port;
}
