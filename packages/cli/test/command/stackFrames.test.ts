import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker } from "../../../../infra/bundle.ts";
import { makeFramesOf } from "../../command/stackFrames.ts";

const home = process.cwd();
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "frames-"));
  process.chdir(directory);
  mkdirSync("worker/handlers", { recursive: true });
  writeFileSync(
    "worker/handlers/fail.ts",
    "// A comment that moves it down.\nexport function fail(): never {\n  throw new Error('boom');\n}\n",
  );
  writeFileSync(
    "worker/handlers/later.ts",
    "\n\nexport function fail(): never {\n  throw new Error('later');\n}\n",
  );
  writeFileSync(
    "worker/main.ts",
    'import { fail } from "./handlers/fail.ts";\nexport const run = (): never => fail();\n' +
      'export const later = () => import("./handlers/later.ts");\n',
  );
  writeFileSync("Dockerfile", "FROM scratch\n");
  bundleWorker({ entry: "worker/main.ts", dockerfile: "Dockerfile", directory: "dist/worker" });
});
afterAll(() => {
  process.chdir(home);
  rmSync(directory, { recursive: true });
});

/** A stack as Node writes it, of an error that the bundle throws. */
function stackFrom(file: string): string {
  const code = readFileSync("dist/worker/main.mjs", "utf8");
  const [line, column] = placeOf(code, 'new Error("boom")');
  return [
    "Error: boom",
    `    at fail (file://${file}:${line}:${column})`,
    `    at run (file://${file}:${placeOf(code, "fail()}").join(":")})`,
    `    at new Promise (<anonymous>)`,
    `    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)`,
  ].join("\n");
}

/** Where a text is, from 1. */
function placeOf(code: string, text: string): [number, number] {
  const before = code.slice(0, code.lastIndexOf(text)).split("\n");
  return [before.length, before.at(-1)!.length + 1];
}

describe("The frames of a stack", () => {
  it("are told with their places in the source, without the machinery and Node", () => {
    expect(makeFramesOf()(stackFrom(join(directory, "dist/worker/main.mjs")))).toEqual([
      "at fail (worker/handlers/fail.ts:3:9)",
    ]);
  });

  it("are told of a file that was loaded when it was needed", () => {
    const later = "dist/worker/later-00000001.mjs";
    const [line, column] = placeOf(readFileSync(later, "utf8"), 'new Error("later")');
    const stack = `Error: later\n    at fail (file://${join(directory, later)}:${line}:${column})`;

    expect(makeFramesOf()(stack)).toEqual(["at fail (worker/handlers/later.ts:4:9)"]);
  });

  it("are told as they are where the image is from elsewhere", () => {
    writeFileSync("main.mjs", "another");
    const stack = stackFrom(join(directory, "main.mjs"));

    expect(makeFramesOf()(stack)[0]).toBe(stack.split("\n")[1]!.trim());
  });

  it("are none where there is only the machinery, which says what is wrong", () => {
    const stack = "Error: x\n    at serve (/app/worker/delivery.ts:1:2)";

    expect(makeFramesOf()(stack)).toEqual([]);
  });

  it("are no more than six", () => {
    const frames = Array.from({ length: 9 }, (_, n) => `    at f${n} (/app/a.ts:${n}:1)`);

    expect(makeFramesOf()(["Error: x", ...frames].join("\n"))).toHaveLength(6);
  });
});
