import type { CompilerListener } from "./compiler.ts";

/** So many errors are told; the others are counted. */
const TOLD = 3;

/** A check that is over sooner needs no announcement. */
const ANNOUNCED_MS = 1_000;

export interface TypeWatchArgs {
  /** Has the compiler watch the code. Returns what ends that. */
  readonly watch: (listener: CompilerListener) => () => void;
  readonly tell: (lines: readonly string[]) => void;
  /** Acts after so many milliseconds, unless what it returns is called before. */
  readonly later: (ms: number, act: () => void) => () => void;
}

/**
 * Says what the compiler has against the code that runs, without stopping it: Node runs it all the same. Nothing is said
 * of code that is not deployed: that is told by who deploys it.
 */
export class TypeWatch {
  readonly #args: TypeWatchArgs;
  #end: (() => void) | undefined;
  /** What the last check found; `undefined` while one is under way. */
  #errors: readonly string[] | undefined;
  /** Whether what is in the files is what runs. */
  #isAsked = false;
  #isAnnounced = false;
  #hadErrors = false;
  /** Why the last compiler ended early: each deployment has another, which is not told of again for the same. */
  #failure: string | undefined;
  #cancel = (): void => undefined;

  constructor(args: TypeWatchArgs) {
    this.#args = args;
  }

  /** What is in the files runs now: says what is wrong with it, once that is known. */
  check(): void {
    this.#isAsked = true;
    this.#end ??= this.#args.watch({
      began: () => {
        this.#errors = undefined;
        if (this.#isAsked) this.#announceLater();
      },
      ended: (errors) => {
        this.#errors = errors;
        this.#failure = undefined;
        this.#answer();
      },
      failed: (reason) => {
        this.#cancel();
        // What ended it may be over, such as too little memory: the next deployment has another one.
        this.#end = undefined;
        this.#errors = undefined;
        this.#isAnnounced = false;
        if (reason !== this.#failure) {
          this.#args.tell([`The types could not be checked: ${reason}`]);
        }
        this.#failure = reason;
      },
    });
    this.#announceLater();
    this.#answer();
  }

  /** What is in the files is no longer what runs. */
  pause(): void {
    this.#isAsked = false;
    this.#cancel();
  }

  stop(): void {
    this.pause();
    this.#end?.();
  }

  #announceLater(): void {
    this.#cancel();
    if (this.#isAnnounced) return;
    this.#cancel = this.#args.later(ANNOUNCED_MS, () => {
      this.#isAnnounced = true;
      this.#args.tell(["Checking the types …"]);
    });
  }

  #answer(): void {
    if (!this.#isAsked || this.#errors === undefined) return;
    this.#cancel();
    if (this.#errors.length > 0) this.#args.tell(toldOf(this.#errors));
    else if (this.#hadErrors) this.#args.tell(["The type errors are mended."]);
    else if (this.#isAnnounced) this.#args.tell(["There are no type errors."]);
    this.#isAnnounced = false;
    this.#hadErrors = this.#errors.length > 0;
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
