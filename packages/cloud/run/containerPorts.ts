import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to whoever asks for any: one of those, free now, may be another program's by the
 * time that a container listens on it.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

const MAX_TRIES = 1000;

/** Those of containers that have not ended. */
const taken = new Set<number>();

/**
 * A port on 127.0.0.1 that nobody listens on, and no other container is given until it is released.
 *
 * @param draw any port of the range
 */
export async function takePort(draw = anyPort): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = draw();
    if (taken.has(port)) continue;
    taken.add(port);
    if (await isFree(port)) return port;
    taken.delete(port);
  }
  throw new Error(`The machine has no free port from ${LOWEST} to ${HIGHEST}.`);
}

export function releasePort(port: number): void {
  taken.delete(port);
}

function anyPort(): number {
  return randomInt(LOWEST, HIGHEST + 1);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // Taken, or not for this user.
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
