import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a container waits for until a test gives it: how long either takes does not matter then. */
export class GoAhead implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "go-ahead-"));
  readonly #file = join(this.#directory, "go");

  /** What a container runs to wait for it, and then to run `code`. */
  before(code: string): string {
    return `{
      const look = setInterval(() => {
        if (!require("node:fs").existsSync(${JSON.stringify(this.#file)})) return;
        clearInterval(look);
        ${code}
      }, 5);
    }`;
  }

  give(): void {
    writeFileSync(this.#file, "");
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true });
  }
}
