import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchFiles } from "../../start/watchFiles.ts";

const home = process.cwd();
let directory: string;
let watching: { close(): void };
let told: Promise<readonly string[]>;
let tell: (files: readonly string[]) => void;

/** What changed next. */
async function changedBy(change: () => void): Promise<readonly string[]> {
  told = new Promise((resolve) => (tell = resolve));
  change();
  return told;
}

/** Saves as editors do: the new file is written beside the old one, and put in its place. */
function replace(file: string): void {
  writeFileSync("worker/4913", "new");
  renameSync("worker/4913", file);
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "watched-"));
  process.chdir(directory);
  mkdirSync("worker/handlers", { recursive: true });
  writeFileSync("worker/a.ts", "old");
  writeFileSync("Pulumi.yaml", "old");
  watching = watchFiles(["worker"], ["Pulumi.yaml"], (files) => {
    tell(files);
  });
});
afterEach(() => {
  watching.close();
  process.chdir(home);
  rmSync(directory, { recursive: true });
});

describe("The watch over files", () => {
  it("sees a file that is replaced, and sees it the next time too", async () => {
    for (let times = 0; times < 3; times += 1) {
      expect(
        await changedBy(() => {
          replace("worker/a.ts");
        }),
      ).toEqual(["worker/a.ts"]);
    }
    expect(
      await changedBy(() => {
        writeFileSync("worker/a.ts", "in place");
      }),
    ).toEqual(["worker/a.ts"]);
  });

  it("sees what is in folders, also those that are made later", async () => {
    expect(
      await changedBy(() => {
        writeFileSync("worker/handlers/b.ts", "new");
      }),
    ).toEqual(["worker/handlers/b.ts"]);
    expect(
      await changedBy(() => {
        mkdirSync("worker/more");
      }),
    ).toEqual(["worker/more"]);
    expect(
      await changedBy(() => {
        writeFileSync("worker/more/c.ts", "new");
      }),
    ).toEqual(["worker/more/c.ts"]);
  });

  it("sees a file that is deleted, and folders that are", async () => {
    expect(
      await changedBy(() => {
        rmSync("worker/a.ts");
      }),
    ).toEqual(["worker/a.ts"]);
    mkdirSync("worker/more");
    await changedBy(() => {
      writeFileSync("worker/more/c.ts", "new");
    });
    expect(
      await changedBy(() => {
        rmSync("worker/more", { recursive: true });
      }),
    ).toContain("worker/more/c.ts");
  });

  it("sees a watched folder that another replaces, and what changes in that", async () => {
    await changedBy(() => {
      cpSync("worker", "copy", { recursive: true });
      rmSync("worker", { recursive: true });
      renameSync("copy", "worker");
    });

    for (let times = 0; times < 2; times += 1) {
      expect(
        await changedBy(() => {
          replace("worker/handlers/b.ts");
        }),
      ).toContain("worker/handlers/b.ts");
    }
  });

  it("sees the files of the directory that it is asked for, and no others", async () => {
    expect(
      await changedBy(() => {
        writeFileSync("other.yaml", "new");
        writeFileSync("Pulumi.yaml", "new");
        writeFileSync("worker/.a.ts.swp", "new");
        writeFileSync("worker/a.ts~", "new");
      }),
    ).toEqual(["Pulumi.yaml"]);
  });
});
