import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GoogleError } from "../../api/googleError.ts";
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
      dockerfile:
        'CMD ["node", "--import", "./otel.mjs", "-C", "dev", "main.mjs", "--import", "x.js"]',
      command: {
        flags: ["--import", "./otel.mjs", "-C", "dev"],
        script: "main.mjs",
        args: ["--import", "x.js"],
      },
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

  it.each([
    { command: ["node", "--require", "/evil.js", "main.js"], flag: "--require" },
    { command: ["node", "--eval=1", "main.js"], flag: "--eval=1" },
    { command: ["node", "-r", "evil.js"], flag: "-r" },
    { args: ["--import", "data:text/javascript,1", "main.js"], flag: "--import" },
    { args: ["--env-file=/etc/passwd", "main.js"], flag: "--env-file=/etc/passwd" },
  ])("takes no flags of Node's from a container: $flag", ({ flag, ...container }) => {
    const dockerfile = 'ENTRYPOINT ["node", "--enable-source-maps"]\nCMD ["main.js"]';

    expect(() => nodeCommand(dockerfile, container)).toThrow(
      `The container's command gives Node the flag '${flag}'; here, Node's flags are the image's own: name it in ENTRYPOINT or CMD.`,
    );
    expect(nodeCommand(dockerfile, { args: ["other.js", "--require", "x"] })).toEqual({
      flags: ["--enable-source-maps"],
      script: "other.js",
      args: ["--require", "x"],
    });
  });

  it("is found at once in a file that is one long line", () => {
    const begin = performance.now();
    expect(() => nodeCommand(`CMD [${"] ".repeat(1_000_000)}x`)).toThrow("named by a .js");
    expect(performance.now() - begin).toBeLessThan(1000);
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

  it.each([
    [["../outside.js"], "File '../outside.js' is outside the image."],
    [["a/./b.js"], "File 'a/./b.js' is outside the image."],
    [[""], "File '' has no name."],
    [["a/"], "File 'a/' has no name."],
    [["a\0.js"], "File 'a\0.js' has a NUL in its name."],
    [["a\ud800.js"], "File 'a\ud800.js' has half a character in its name."],
    [["a/b", "a"], "File 'a' is a directory too."],
    [["a", "a/b/c"], "File 'a' is a directory too."],
    [["é".repeat(128)], `File '${"é".repeat(128)}' has a name of over 255 bytes.`],
    [["d/".repeat(1024) + "f"], `File '${"d/".repeat(1024)}f' has a path of over 2048 bytes.`],
  ])("have files that a directory can hold: %j", async (paths, problem) => {
    const directory = mkdtempSync(join(tmpdir(), "images-"));
    const images = new ImageStore(undefined, directory);
    const files = Object.fromEntries(paths.map((path) => [path, Buffer.from("")]));

    await expect(images.put(`p/worker@${DIGEST}`, files)).rejects.toThrow(
      new GoogleError("INVALID_ARGUMENT", problem),
    );
    expect(readdirSync(directory)).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  it.each(["../other/main.js", "../../../../../../evil.js", "a/../../evil.js"])(
    "run no program that is not theirs: '%s'",
    async (script) => {
      const directory = mkdtempSync(join(tmpdir(), "images-"));
      const images = new ImageStore(undefined, directory);
      mkdirSync(join(directory, "other"));
      writeFileSync(join(directory, "other/main.js"), "");
      writeFileSync(join(directory, "evil.js"), "");
      const image = await images.put(`p/worker@${DIGEST}`, { "own.js": Buffer.from("") });

      expect(() => programOf(image, { command: ["node", script] })).toThrow(
        `The image's command runs '${script}', which is not in the image.`,
      );
      rmSync(directory, { recursive: true });
    },
  );

  it("are in a directory that nobody else reads or writes", async () => {
    const directory = mkdtempSync(join(tmpdir(), "images-"));
    const images = new ImageStore(undefined, join(directory, "images"));
    const image = await images.put(`p/worker@${DIGEST}`, { "own.js": Buffer.from("") });

    for (const made of [join(directory, "images"), image.directory]) {
      expect(statSync(made).mode & 0o777).toBe(0o700);
    }
    rmSync(directory, { recursive: true });
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
