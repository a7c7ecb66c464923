/** Where the log's lines go. */
export interface LogOutput {
  write(line: string): void;
  /** Writes what is waiting. Call it before the process ends. */
  flush(): void;
}

/**
 * Collects the lines of one turn of the event loop and writes them at its end, all at once: one system
 * call for many deliveries, and nothing is lost by a crash but lines of the turn that crashed. `writeSync`
 * writes what it can and returns how many bytes that was.
 */
export function makeLogOutput(
  writeSync: (bytes: Buffer) => number,
  atEndOfTurn: (run: () => void) => void = setImmediate,
): LogOutput {
  let pending = "";
  let isScheduled = false;

  function flush(): void {
    isScheduled = false;
    let bytes = Buffer.from(pending);
    pending = "";
    while (bytes.length > 0) {
      try {
        bytes = bytes.subarray(writeSync(bytes));
      } catch (error) {
        // A full pipe: whoever reads it will go on. Any other failure leaves nobody to tell.
        if (!isBusy(error)) return;
        Atomics.wait(pause, 0, 0, BUSY_WAIT_MS);
      }
    }
  }

  return {
    write(line) {
      pending += line;
      if (isScheduled) return;
      isScheduled = true;
      atEndOfTurn(flush);
    },
    flush,
  };
}

const BUSY_WAIT_MS = 5;
const pause = new Int32Array(new SharedArrayBuffer(4));

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}
