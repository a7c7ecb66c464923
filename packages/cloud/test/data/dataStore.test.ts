import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DataStore } from "../../data/dataStore.ts";

let directory: string;
let store: DataStore | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "data-store-"));
});

afterEach(() => {
  close();
  rmSync(directory, { recursive: true });
});

function close(): void {
  store?.close();
  store = undefined;
}

/** Opens the directory, once that before is closed. */
function open(failures: string[] = []): DataStore {
  close();
  store = new DataStore(directory, ({ message }) => failures.push(message));
  return store;
}

describe("A data store", () => {
  it("keeps what is set, changed in place and deleted", () => {
    const map = open().map<{ n: number }>("things");
    map.set("a", { n: 1 }).set("b", { n: 2 }).set("c", { n: 3 });
    map.get("b")!.n = 20;
    map.touch("b");
    map.delete("c");
    expect([...open().map("things")]).toEqual([
      ["a", { n: 1 }],
      ["b", { n: 20 }],
    ]);
  });

  it("keeps kinds apart, each in its own form", () => {
    const form = {
      write: (set: Set<string>) => [...set],
      read: (json: unknown) => new Set(json as string[]),
    };
    const first = open();
    first.map("sets", form).set("a", new Set(["x"]));
    first.map("other").set("a", 1);
    const second = open();
    expect(second.map("sets", form).get("a")).toEqual(new Set(["x"]));
    expect(second.map("other").get("a")).toBe(1);
  });

  it("makes its directory, and those above it", () => {
    const inside = join(directory, "a", "b");
    new DataStore(inside, () => undefined).close();

    for (const made of [join(directory, "a"), inside]) {
      expect(statSync(made).mode & 0o777).toBe(0o700);
    }
  });

  it.each([
    ["/proc/nope", /^The data in '\/proc\/nope' cannot be kept: .*(?:ENOENT|EACCES|EROFS): /],
    ["/dev/null", /^The data in '\/dev\/null' cannot be kept: it is no directory\.$/],
    [
      "/dev/null/x",
      /^The data in '\/dev\/null\/x' cannot be kept: (?:it is no directory|ENOTDIR: .*)\.$/,
    ],
  ])("says at once that it cannot be in %s", (impossible, problem) => {
    expect(() => new DataStore(impossible, () => undefined)).toThrow(problem);
  });

  it("says when all is written: nothing is pending then", async () => {
    const map = open().map("things");
    expect(store?.written()).toBeUndefined();
    map.set("a", 1);
    const written = store?.written();
    expect(written).toBeInstanceOf(Promise);
    await written;
    expect(store?.written()).toBeUndefined();
  });

  it("tells once that it cannot write, and accepts nothing afterwards", async () => {
    const failures: string[] = [];
    const write = (): never => {
      throw new Error("the disk is full");
    };
    const map = open(failures).map("things", { write, read: () => 1 });
    map.set("a", 1);
    const problem = `The data in '${join(directory, "cloud.db")}' cannot be kept: the disk is full.`;
    await expect(store?.written()).rejects.toMatchObject({ code: "UNAVAILABLE", message: problem });
    map.set("b", 2);
    await expect(store?.written()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(failures).toEqual([problem]);
  });

  it("refuses what another version wrote", () => {
    open();
    close();
    const database = new DatabaseSync(join(directory, "cloud.db"));
    database.exec("PRAGMA user_version = 9");
    database.close();
    expect(() => open()).toThrow(
      `The data in '${directory}' cannot be kept: it was written in form 9, and this program reads form 1.`,
    );
  });

  it("refuses an entry that its form does not read any more, and names it", () => {
    const write = (): object => ({});
    open()
      .map("things", { write, read: () => 1 })
      .set("a", 1);
    const read = (): never => {
      throw new Error("it has no size");
    };

    expect(() => open().map("things", { write, read })).toThrow(
      `The data in '${join(directory, "cloud.db")}' cannot be used: 'a' is refused (it has no size). Delete it with the version that wrote it, or choose another directory.`,
    );
  });

  it("refuses a directory that is none", () => {
    const path = join(directory, "file");
    writeFileSync(path, "");
    expect(() => new DataStore(path, () => undefined)).toThrow(
      `The data in '${path}' cannot be kept:`,
    );
  });
});
