import type { TypeErrorsOptions } from "../command/typeErrors.ts";

/** So many errors are told; the others are counted. */
const TOLD = 3;

/**
 * Says what the compiler has against the code that runs, without stopping it: Node runs it all the same. A check that is
 * under way is given up for the next.
 */
export class TypeWatch {
  readonly #check: (options: TypeErrorsOptions) => Promise<readonly string[]>;
  readonly #tell: (lines: readonly string[]) => void;
  #underWay: AbortController | undefined;
  #hadErrors = false;

  constructor(
    check: (options: TypeErrorsOptions) => Promise<readonly string[]>,
    tell: (lines: readonly string[]) => void,
  ) {
    this.#check = check;
    this.#tell = tell;
  }

  /** Checks the code as it is now. Never rejects. */
  async check(): Promise<void> {
    this.stop();
    const underWay = new AbortController();
    this.#underWay = underWay;
    try {
      const errors = await this.#check({ signal: underWay.signal, isPatient: true });
      if (underWay.signal.aborted) return;
      if (errors.length > 0) this.#tell(toldOf(errors));
      else if (this.#hadErrors) this.#tell(["The type errors are mended."]);
      this.#hadErrors = errors.length > 0;
    } catch (error) {
      // Given up, or there is no compiler.
      if (underWay.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell([`The types could not be checked: ${reason}`]);
    }
  }

  stop(): void {
    this.#underWay?.abort();
  }
}

function toldOf(errors: readonly string[]): string[] {
  const more = errors.length - TOLD;
  return [
    `${errors.length} type ${errors.length === 1 ? "error" : "errors"}; what is deployed runs all the same:`,
    ...errors.slice(0, TOLD).map((error) => `  ${error}`),
    ...(more > 0 ? [`  and ${more} more: npm run check`] : []),
  ];
}
