import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchTypes } from "../../start/compiler.ts";

describe("The compiler that watches a project", () => {
  let directory: string;
  const write = (file: string, text: string): void => {
    writeFileSync(join(directory, file), text);
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "compiler-"));
    mkdirSync(join(directory, "infra"));
    write("infra/tsconfig.json", '{ "compilerOptions": { "strict": true, "types": [] } }');
    write("infra/index.ts", "export const a: number = 1;\n");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("tells of each check that begins, and the errors at its end", async () => {
    const told: unknown[] = [];
    let next = (): void => undefined;
    const failed = jest.fn();
    const end = watchTypes(
      {
        began: () => told.push("began"),
        ended: (errors) => {
          told.push(errors);
          next();
        },
        failed,
      },
      directory,
    );
    const check = (act: () => void): Promise<void> =>
      new Promise((resolve) => {
        next = resolve;
        act();
      });

    await check(() => undefined);
    await check(() => {
      write("infra/index.ts", 'export const a: number = "1";\n');
    });
    await check(() => {
      write("infra/index.ts", "export const a: number = 2;\n");
    });
    end();

    expect(told).toEqual([
      "began",
      [],
      "began",
      ["infra/index.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'."],
      "began",
      [],
    ]);
    expect(failed).not.toHaveBeenCalled();
  });

  it("says that it cannot go on", async () => {
    rmSync(join(directory, "infra"), { recursive: true });

    const reason = await new Promise((failed) => {
      watchTypes({ began: jest.fn(), ended: jest.fn(), failed }, directory);
    });

    expect(reason).toMatch(/infra\/tsconfig\.json/);
  });
});
