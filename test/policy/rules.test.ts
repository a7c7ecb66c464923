import { existsSync, readdirSync } from "node:fs";
import { rules } from "../../policy/rules/index.ts";

const camelCase = (name: string): string =>
  name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

describe("the rules", () => {
  it("are those that have a file in policy/rules, named after them", () => {
    const files = readdirSync("policy/rules").filter((file) => file !== "index.ts");

    expect(rules.map(({ name }) => `${camelCase(name)}.ts`).sort()).toEqual(files.sort());
  });

  it("have a test of their name", () => {
    const tests = rules.map(({ name }) => `test/policy/rules/${camelCase(name)}.test.ts`);

    expect(tests.filter((file) => !existsSync(file))).toEqual([]);
  });

  it("stop the deployment that breaks them", () => {
    expect(rules.filter(({ severity }) => severity !== "mandatory")).toEqual([]);
  });
});
