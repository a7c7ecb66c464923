/**
 * Keeps the first failure, of who answers a program or of the program itself. What fails or comes after it never answers, so that the
 * program goes no further; what was already under way is waited for.
 */
export class Failure {
  readonly happened: Promise<never>;
  #reject: (error: unknown) => void = () => undefined;
  #isReported = false;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor() {
    this.happened = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Nobody may be waiting for it yet.
    this.happened.catch(() => undefined);
  }

  async guard<T>(act: () => Promise<T>): Promise<T> {
    if (this.#isReported) return never();
    const acting = act();
    this.#underWay.add(acting);
    try {
      return await acting;
    } catch (error) {
      this.report(error);
      return await never();
    } finally {
      this.#underWay.delete(acting);
    }
  }

  report(error: unknown): void {
    this.#isReported = true;
    this.#reject(error);
  }

  async drained(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
