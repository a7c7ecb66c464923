import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { HeldBytes } from "./clientLimits.ts";

/** The connection of a client, and what is under way on it. */
export class ClientConnection {
  readonly #socket: Socket;
  readonly #held: HeldBytes;
  #requests = 0;
  /** Bytes of answers that the client has not read. */
  #unread = 0;

  constructor(socket: Socket, held: HeldBytes) {
    this.#socket = socket;
    this.#held = held;
    // Of answers that wait behind another one, Node does not tell that they will never be sent.
    socket.once("close", () => {
      held.release(this.#unread);
      this.#unread = 0;
    });
  }

  /**
   * Counts a request until its answer is sent. Returns false where there are too many, and ends the connection:
   * Node reads on however many requests wait for their answers.
   */
  begin(response: ServerResponse): boolean {
    if (this.#socket.destroyed) return false;
    if (this.#requests === MAX_PIPELINED) {
      this.#socket.destroy();
      return false;
    }
    this.#requests += 1;
    response.once("finish", () => {
      this.#requests -= 1;
    });
    return true;
  }

  /** Counts what is left of an answer until its client has read it. Ends the connection where there is no room. */
  keep(response: ServerResponse, unreadMs: number): void {
    // The system took the rest.
    const unread = response.writableLength;
    if (unread === 0 || this.#socket.destroyed) return;
    if (!this.#held.take(unread)) {
      this.#socket.destroy();
      return;
    }
    this.#unread += unread;
    response.once("finish", () => {
      if (this.#socket.closed) return;
      this.#unread -= unread;
      this.#held.release(unread);
      // The next answer may take its time.
      if (this.#requests > 0) this.#socket.setTimeout(0);
    });
    response.setTimeout(unreadMs);
  }
}

/** Hardly a client sends another request before it has its answer. */
const MAX_PIPELINED = 16;
