import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

const { name, main, exports, scripts } = z
  .object({
    name: z.string(),
    main: z.string(),
    exports: z.record(z.string(), z.string()),
    scripts: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));

/** The file that Node takes for a name, as a module of this project. */
function resolved(specifier: string): string {
  const print = `process.stdout.write(import.meta.resolve(${JSON.stringify(specifier)}))`;
  const args = ["--input-type=module", "--eval", print];
  return execFileSync(process.execPath, args, { encoding: "utf8" });
}

describe("package.json", () => {
  // Where there are exports, Pulumi's runner takes the one of '.' and asks for nothing else; where there are none,
  // it takes 'main'.
  it("leads Pulumi to the program", () => {
    expect(exports["."]).toBe("./infra/index.ts");
    expect(resolve(main)).toBe(resolve("infra/index.ts"));
    expect(resolved(name)).toBe(pathToFileURL("infra/index.ts").href);
  });

  it("leads tests of other projects to the local cloud", () => {
    expect(resolved("@background-tasks/cloud")).toBe(
      pathToFileURL("packages/cloud/startLocalCloud.ts").href,
    );
  });

  it("has a script for every name", () => {
    const files = Object.values(scripts).flatMap((script) =>
      [...script.matchAll(/node withNode\.mjs (\S+)/g)].map(([, file = ""]) => file),
    );

    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});
