import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { nodeCommand } from "../../run/imageCommand.ts";
import { ImageStore, programOf } from "../../run/imageStore.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;

// google-cloud.md 5.2
describe("The command of an image", () => {
  it.each([
    {
      dockerfile: 'FROM node:24\nCMD ["node", "main.js"]',
      command: { flags: [], script: "main.js", args: [] },
    },
    {
      dockerfile:
        'ENTRYPOINT ["/nodejs/bin/node"]\nCMD ["--enable-source-maps", "/app/main.mjs", "-v"]',
      command: { flags: ["--enable-source-maps"], script: "/app/main.mjs", args: ["-v"] },
    },
    {
      dockerfile: 'CMD ["old.js"]\ncmd [ "node", \\\n  "new.cjs" ]\n',
      command: { flags: [], script: "new.cjs", args: [] },
    },
  ])("is read from $dockerfile", ({ dockerfile, command }) => {
    expect(nodeCommand(dockerfile)).toEqual(command);
  });

  it("is the container's own, where it has one", () => {
    const dockerfile = 'ENTRYPOINT ["node"]\nCMD ["main.js"]';

    expect(nodeCommand(dockerfile, { args: ["other.js"] }).script).toBe("other.js");
    expect(nodeCommand(dockerfile, { command: ["node", "own.js"] }).args).toEqual([]);
  });

  it.each(["CMD node main.js", 'CMD ["python", "main.py"]', ""])(
    "is refused where it is no Node program: '%s'",
    (dockerfile) => {
      expect(() => nodeCommand(dockerfile)).toThrow(
        "the local cloud runs a Node program, named by a .js, .mjs or .cjs file in ENTRYPOINT or CMD (exec form).",
      );
    },
  );
});

describe("The images on this machine", () => {
  it("are found by digest, with or without a tag, and removed at the end", async () => {
    const images = new ImageStore();
    await images.put(`host:5000/p/worker:latest@${DIGEST}`, {
      Dockerfile: Buffer.from('CMD ["node", "/app/main.js"]'),
      "main.js": Buffer.from(""),
    });

    const image = images.find(`host:5000/p/worker@${DIGEST}`);
    const script = programOf(image!, {}).script;

    expect(existsSync(script)).toBe(true);
    await images.close();
    expect(existsSync(dirname(script))).toBe(false);
  });

  it("are named by a digest", async () => {
    await expect(new ImageStore().put("p/worker:latest", {})).rejects.toThrow(
      "Image 'p/worker:latest' is not named by a digest.",
    );
  });

  it("keep their files to themselves", async () => {
    const images = new ImageStore();
    const files = { "../outside.js": Buffer.from("") };

    await expect(images.put(`p/worker@${DIGEST}`, files)).rejects.toThrow(
      "File '../outside.js' is outside the image.",
    );
    await images.close();
  });

  it("must hold the program that they run", async () => {
    const images = new ImageStore();
    await images.put(`p/worker@${DIGEST}`, { Dockerfile: Buffer.from('CMD ["node", "main.js"]') });

    expect(() => programOf(images.find(`p/worker@${DIGEST}`)!, {})).toThrow(
      "The image's command runs 'main.js', which is not in the image.",
    );
    await images.close();
  });
});
