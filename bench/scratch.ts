import { mkdirSync, mkdtempSync, rmSync } from "node:fs";

/** A folder for what a measurement writes. */
export interface Scratch extends Disposable {
  readonly directory: string;
}

/** Makes one under `dist/`, where the packages of this project are found. It goes with this process at the latest. */
export function makeScratch(): Scratch {
  mkdirSync("dist", { recursive: true });
  const directory = mkdtempSync(`${process.cwd()}/dist/bench-`);
  const remove = (): void => {
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", remove);
  return {
    directory,
    [Symbol.dispose]() {
      process.off("exit", remove);
      remove();
    },
  };
}
