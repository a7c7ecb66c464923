import { existsSync } from "node:fs";
import { rules } from "../../policy/rules/index.ts";

const camelCase = (name: string): string =>
  name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

describe("the rules", () => {
  it("have names that no other has", () => {
    const names = rules.map(({ name }) => name);

    expect(names).toHaveLength(36);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(rules.map(({ name }) => name))(
    "has %s in a file of its name, with a test of its name",
    (name) => {
      expect(existsSync(`policy/rules/${camelCase(name)}.ts`)).toBe(true);
      expect(existsSync(`test/policy/rules/${camelCase(name)}.test.ts`)).toBe(true);
    },
  );

  it("stop the deployment that breaks them", () => {
    expect(rules.filter(({ severity }) => severity !== "mandatory")).toEqual([]);
  });
});
