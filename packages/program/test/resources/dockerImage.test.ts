import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerImage } from "../../resources/dockerImage.ts";

describe("dockerImage", () => {
  let context: string;

  beforeEach(() => {
    context = mkdtempSync(join(tmpdir(), "docker-image-"));
  });
  afterEach(() => {
    rmSync(context, { recursive: true });
  });

  it("has the digest of its files among its inputs: other bytes are a change", async () => {
    const inputs = { imageName: "host/w", build: { context } };
    const digest = async () => (await dockerImage.complete?.(inputs))?.["build"];

    writeFileSync(join(context, "main.mjs"), "one");
    const first = await digest();
    const second = await digest();
    writeFileSync(join(context, "main.mjs"), "two");

    expect(first).toEqual({
      context,
      contextDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(second).toEqual(first);
    expect(await digest()).not.toEqual(first);
  });
});
