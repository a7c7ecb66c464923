import type { Server } from "node:http";
import type { After } from "./deadline.ts";

// Cloud Run sends SIGTERM ten seconds before SIGKILL.
const FINISH_MS = 8000;
/** After the abort: the handlers' second of grace, and a little for their answers. */
const ABORTED_MS = 1500;

/**
 * Stops a server: it accepts nothing more, what runs has 8 s to finish, is then told to end through
 * `abort`, and what is left after that is cut off. Resolves when all is quiet.
 */
export function stopGracefully(server: Server, abort: () => void, after: After): Promise<void> {
  return new Promise((resolve) => {
    let cancel = after(FINISH_MS, () => {
      abort();
      cancel = after(ABORTED_MS, () => {
        server.closeAllConnections();
      });
    });
    server.close(() => {
      cancel();
      resolve();
    });
    // Idle ones at least: a front end keeps connections open for minutes.
    server.closeIdleConnections();
  });
}
