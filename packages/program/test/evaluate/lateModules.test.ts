import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const LATE = pathToFileURL(resolve("packages/program/evaluate/lateModules.ts")).href;

/** What a process prints that has loaded Pulumi's SDK after the module under test. */
function printed(program: string): string[] {
  const source = `
    await import(${JSON.stringify(LATE)});
    const { default: pulumi } = await import("@pulumi/pulumi");
    const { createRequire } = await import("node:module");
    const require = createRequire(import.meta.resolve("@pulumi/pulumi"));
    const loaded = (name) => Object.values(require.cache).filter((module) => module.filename?.includes(name)).length;
    const print = (...what) => console.log(...what);
    ${program}`;
  const args = ["--input-type=module", "--eval", source];
  return execFileSync(process.execPath, args, { encoding: "utf8" }).trim().split("\n");
}

describe("What Pulumi's SDK needs only for functions turned into text", () => {
  it("is not loaded with it", () => {
    const counts = printed(
      'print(loaded("/typescript/"), loaded("/@npmcli/"), loaded("/@pulumi/") > 0);',
    );

    expect(counts).toEqual(["0 0 true"]);
  });

  it("is loaded for one that is", () => {
    const lines = printed(`
      const number = 41;
      const { text } = await pulumi.runtime.serializeFunction(() => number + 1);
      print(text);
      const arborist = require("@npmcli/arborist");
      print(arborist.Arborist.name, "Arborist" in arborist, arborist === require("@npmcli/arborist"));`);

    expect(lines).toContain("return () => number + 1;");
    expect(lines.at(-1)).toBe("Arborist true false");
  });
});
