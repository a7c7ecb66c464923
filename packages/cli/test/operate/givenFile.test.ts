import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGivenFile } from "../../operate/givenFile.ts";
import { editOf } from "../../operate/redrive/edit.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "given-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("a file that somebody names", () => {
  it("is read whole, up to the limit", async () => {
    const file = join(folder, "payload.json");
    await writeFile(file, "12345");

    expect(String(await readGivenFile(file, 5))).toBe("12345");
    await expect(readGivenFile(file, 3)).rejects.toMatchObject({
      exitCode: 2,
      message: `'${file}' cannot be read: it has 5 bytes; the limit is 3. Nothing was done.`,
    });
  });

  it.each([
    ["none", () => join(folder, "none"), "it is not there"],
    ["a folder", () => folder, "it is a folder"],
    ["a device", () => "/dev/zero", "it is no file, but a device or pipe"],
  ])("is refused where it is %s", async (_, fileOf, why) => {
    await expect(readGivenFile(fileOf(), 3)).rejects.toMatchObject({
      exitCode: 2,
      message: `'${fileOf()}' cannot be read: ${why}. Nothing was done.`,
    });
  });
});

describe("redrive --payload", () => {
  it("takes what Cloud Tasks takes, and no more", async () => {
    const file = join(folder, "payload.json");
    await writeFile(file, "1".repeat(2 ** 20 + 1));

    await expect(editOf({ payload: file })).rejects.toMatchObject({
      exitCode: 2,
      message: `'${file}' cannot be read: it has 1,048,577 bytes; the limit is 1,048,576. Nothing was done.`,
    });
    await expect(editOf({ payload: "/dev/zero" })).rejects.toMatchObject({ exitCode: 2 });
  });
});
