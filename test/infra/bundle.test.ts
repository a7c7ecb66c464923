import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { sourceMapFile } from "../../infra/buildContext.ts";
import { bundleWorker } from "../../infra/bundle.ts";
import { recordFile } from "../../infra/bundleRecord.ts";
import { copyFixtureProject } from "../support/fixtureProject.ts";

// What it does is left as it is, and counted.
jest.mock("esbuild", () => {
  const esbuild = jest.requireActual<typeof import("esbuild")>("esbuild");
  return { ...esbuild, buildSync: jest.fn(esbuild.buildSync) };
});

jest.mock("node:fs", () => {
  const fs = jest.requireActual<typeof import("node:fs")>("node:fs");
  return { ...fs, renameSync: jest.fn(fs.renameSync) };
});

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(realpathSync(tmpdir()), "bundle-"));
  for (const [name, content] of Object.entries({
    "worker/main.ts": `
      // Says who it is.
      import { createHash } from "node:crypto";
      import { greeting } from "../tasks/greeting.ts";
      import old from "./old.cjs";
      /* @license of nobody */
      console.log(greeting({ name: old.name() }), createHash("sha256").update("").digest("hex").length);
    `,
    "worker/later.cjs": `exports.later = () => "later"; exports.never = () => "never";`,
    "worker/old.cjs": `const path = require("node:path"); exports.name = () => path.basename("/a/you");`,
    "worker/README.md": "# The worker",
    "worker/Dockerfile": "ARG BASE\nFROM $BASE\nCOPY *.mjs ./\n",
    "tasks/greeting.ts": `
      export function greeting(to: { name: string }): string {
        // Politely.
        return \`Hello, \${to.name}.\`;
      }
    `,
  })) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), content);
  }
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** What a main module takes when it needs it: an ES module, another, and one in CommonJS. */
const IMPORTS_LATER = `
  void (async () => {
    console.log((await import("./soon.ts")).soon());
    console.log((await import("./late.ts")).late());
    const { later } = await import("./later.cjs");
    const all = await import("./later.cjs");
    console.log(later(), all.default.later === later, Object.keys(all).join());
  })();
`;
const SOON = `import { shared } from "./late.ts"; export const soon = () => "soon, " + shared();`;
const LATE = `
  // Late.
  export const shared = () => "shared";
  export const late = () => "late, " + shared();
`;

/** Bundles, and returns the files of the build context. */
function context(): Record<string, string> {
  const directory = join(root, "dist/worker");
  bundleWorker({
    entry: join(root, "worker/main.ts"),
    dockerfile: join(root, "worker/Dockerfile"),
    directory,
  });
  return Object.fromEntries(
    readdirSync(directory, { recursive: true }).map((name) => [
      String(name),
      readFileSync(join(directory, String(name)), "utf8"),
    ]),
  );
}

function write(name: string, content: string): void {
  mkdirSync(join(root, name, ".."), { recursive: true });
  writeFileSync(join(root, name), content);
}

function edit(name: string, from: string, to: string): void {
  const file = join(root, name);
  const before = readFileSync(file, "utf8");
  expect(before).toContain(from);
  writeFileSync(file, before.replace(from, to));
}

/** How often something is bundled anew. */
function bundlings(): number {
  return jest.mocked(buildSync).mock.calls.length;
}

/** Lets all that is written by then be old. */
function wait(): void {
  const later = Date.now() + 60_000;
  jest.spyOn(Date, "now").mockReturnValue(later);
}

describe("bundleWorker, once it has made a context", () => {
  let before: Record<string, string>;

  beforeEach(() => {
    mkdirSync(join(root, "node_modules/polite"), { recursive: true });
    writeFileSync(
      join(root, "node_modules/polite/package.json"),
      '{ "exports": "./one.js", "dependencies": {} }',
    );
    writeFileSync(join(root, "node_modules/polite/one.js"), "export const polite = 1;");
    writeFileSync(join(root, "node_modules/polite/two.js"), "export const polite = 2;");
    edit("worker/main.ts", "// Says", 'import "polite"; // Says');
    wait();
    before = context();
    jest.mocked(buildSync).mockClear();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it("makes nothing where it would make the same", () => {
    expect(context()).toEqual(before);
    expect(bundlings()).toBe(0);
  });

  it.each<{ change: string; by: () => void }>([
    {
      change: "a source",
      by: () => {
        edit("tasks/greeting.ts", "Hello", "Good day");
      },
    },
    {
      change: "a comment",
      by: () => {
        edit("tasks/greeting.ts", "Politely", "Very politely");
      },
    },
    {
      change: "the Dockerfile",
      by: () => {
        edit("worker/Dockerfile", "*.mjs", "main.mjs");
      },
    },
    {
      change: "what a package exports",
      by: () => {
        edit("node_modules/polite/package.json", "one", "two");
      },
    },
    {
      change: "a package's code",
      by: () => {
        edit("node_modules/polite/one.js", "1", "3");
      },
    },
    {
      change: "which packages there are",
      by: () => {
        write("node_modules/other/index.js", "");
      },
    },
    {
      change: "what a handler needs",
      by: () => {
        write("worker/handlers/package.json", "{}");
      },
    },
  ])("makes it anew after a change of $change", ({ by }) => {
    by();

    context();

    expect(bundlings()).toBe(1);
  });

  it.each<{ change: string; by: () => void }>([
    {
      change: "was changed",
      by: () => {
        write("dist/worker/main.mjs", "1;");
      },
    },
    {
      change: "lacks a file",
      by: () => {
        rmSync(join(root, "dist/worker/main.mjs"));
      },
    },
    {
      change: "has a file more",
      by: () => {
        write("dist/worker/more.mjs", "1;");
      },
    },
    {
      change: "is gone",
      by: () => {
        rmSync(join(root, "dist/worker"), { recursive: true });
      },
    },
    {
      change: "lacks its source maps",
      by: () => {
        rmSync(join(root, "dist/worker.maps"), { recursive: true });
      },
    },
    {
      change: "has a record that was cut off",
      by: () => {
        write("dist/worker.made.json", '{"how":');
      },
    },
  ])("makes it anew where the context $change", ({ by }) => {
    by();

    expect(context()).toEqual(before);
    expect(bundlings()).toBe(1);
  });

  it("makes nothing anew for what no bundling reads", () => {
    write("tsconfig.json", '{ "extends": "./other.json" }');
    write("README.md", "# The project");
    write("dist/more.txt", "");
    write("node_modules/polite/node_modules/kind/index.js", "");
    rmSync(join(root, "node_modules/polite/node_modules/kind/index.js"));
    rmSync(join(root, "node_modules/polite/node_modules"), { recursive: true });

    expect(context()).toEqual(before);
    expect(bundlings()).toBe(0);
  });

  it("fails where a source is gone", () => {
    rmSync(join(root, "tasks/greeting.ts"));

    expect(context).toThrow("The worker cannot be bundled.");
  });

  it("keeps no record of what may have been written while it was made", () => {
    jest.mocked(Date.now).mockRestore();
    edit("tasks/greeting.ts", "Hello", "Good day");
    rmSync(recordFile(join(root, "dist/worker")));

    context();
    context();

    expect(bundlings()).toBe(2);
    expect(existsSync(recordFile(join(root, "dist/worker")))).toBe(false);
  });
});

describe("bundleWorker, where a file takes the place of another", () => {
  beforeEach(wait);
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const says = (what: string): string => `console.log("says ${what}");`;

  it.each<{ what: string; imports: string; files: Record<string, string>; by: () => void }>([
    {
      what: "of another ending beside it",
      imports: "./said",
      files: { "worker/said.js": says("old") },
      by: () => {
        write("worker/said.ts", says("new"));
      },
    },
    {
      what: "that is a folder's first",
      imports: "./said",
      files: { "worker/said/index.js": says("old") },
      by: () => {
        write("worker/said.js", says("new"));
      },
    },
    {
      what: "that a package said to be its main",
      imports: "said",
      files: {
        "node_modules/said/package.json": '{ "main": "lib/main.js" }',
        "node_modules/said/index.js": says("old"),
        "node_modules/said/lib/other.js": "",
      },
      by: () => {
        write("node_modules/said/lib/main.js", says("new"));
      },
    },
    {
      what: "in a package nearer by",
      imports: "said",
      files: { "node_modules/said/index.js": says("old") },
      by: () => {
        write("worker/node_modules/said/index.js", says("new"));
      },
    },
    {
      what: "in a package nearer by, of a package",
      imports: "asks",
      files: {
        "node_modules/asks/index.js": 'import "@a/said";',
        "node_modules/@a/said/index.js": says("old"),
        "node_modules/asks/node_modules/@a/other/index.js": "",
      },
      by: () => {
        write("node_modules/asks/node_modules/@a/said/index.js", says("new"));
      },
    },
    {
      what: "in a workspace that is linked anew",
      imports: "@a/said",
      files: {
        "node_modules/@a/other/index.js": "",
        "packages/old/package.json": '{ "main": "said.ts" }',
        "packages/old/said.ts": says("old"),
        "packages/new/package.json": '{ "main": "said.ts" }',
        "packages/new/said.ts": says("new"),
      },
      by: () => {
        rmSync(join(root, "node_modules/@a/said"));
        symlinkSync("../../packages/new", join(root, "node_modules/@a/said"));
      },
    },
    {
      what: "behind a link",
      imports: "./linked.ts",
      files: { "other/old.ts": says("old"), "other/new.ts": says("new") },
      by: () => {
        rmSync(join(root, "worker/linked.ts"));
        symlinkSync("../other/new.ts", join(root, "worker/linked.ts"));
      },
    },
    {
      what: "that has a query",
      imports: "./said.ts?again",
      files: { "worker/said.ts": says("old") },
      by: () => {
        write("worker/said.ts", says("new"));
      },
    },
  ])("notices one $what", ({ imports, files, by }) => {
    for (const [name, content] of Object.entries(files)) write(name, content);
    if (imports === "@a/said")
      symlinkSync("../../packages/old", join(root, "node_modules/@a/said"));
    if (imports === "./linked.ts") symlinkSync("../other/old.ts", join(root, "worker/linked.ts"));
    edit("worker/main.ts", "// Says", `import "${imports}"; // Says`);
    expect(context()["main.mjs"]).toContain("says old");

    by();

    expect(context()["main.mjs"]).toContain("says new");
  });

  it("notices a package that was missing where it need not be there", () => {
    write("worker/old.cjs", `exports.name = () => { try { require("said") } catch {} };`);
    expect(context()["main.mjs"]).not.toContain("says new");

    write("node_modules/said/index.js", says("new"));

    expect(context()["main.mjs"]).toContain("says new");
  });

  it("notices a file that a pattern takes", () => {
    write("worker/all/one/a.ts", says("old"));
    write("worker/all/two/read.md", "");
    edit("worker/main.ts", "// Says", 'void import("./all/" + process.argv[2] + ".ts"); // Says');
    context();

    write("worker/all/two/b.ts", says("new"));

    expect(Object.values(context()).join("")).toContain("says new");
  });
});

describe("bundleWorker, while something changes", () => {
  const { renameSync: rename } = jest.requireActual<typeof import("node:fs")>("node:fs");
  let bundledThen: () => void;

  beforeEach(() => {
    wait();
    const { buildSync: bundled } = jest.requireActual<typeof import("esbuild")>("esbuild");
    jest.mocked(buildSync).mockImplementationOnce((options) => {
      const result = bundled(options);
      bundledThen();
      return result;
    });
  });
  afterEach(() => {
    jest.mocked(renameSync).mockImplementation(rename);
    jest.restoreAllMocks();
  });

  it("keeps no record where a folder was put in another's place meanwhile", () => {
    write("tasks.new/greeting.ts", 'export const greeting = () => "says new";');
    // What is in the folder was written before, and stays as old as it is.
    const { ctimeMs } = statSync(join(root, "tasks.new/greeting.ts"));
    bundledThen = () => {
      rmSync(join(root, "tasks"), { recursive: true });
      // The clock of a file system goes on in steps of some milliseconds.
      do write("clock", String(performance.timeOrigin));
      while (statSync(join(root, "clock")).ctimeMs < ctimeMs + 3);
      renameSync(join(root, "tasks.new"), join(root, "tasks"));
    };
    jest.mocked(Date.now).mockReturnValue(ctimeMs + 1002);
    jest.spyOn(performance, "now").mockReturnValue(0);

    context();

    expect(context()["main.mjs"]).toContain("says new");
  });

  it("keeps no record where the clock was set back meanwhile", () => {
    const now = Date.now();
    bundledThen = () => {
      edit("tasks/greeting.ts", "Hello", "Good day");
      jest.mocked(Date.now).mockReturnValue(now - 1);
    };

    context();

    expect(context()["main.mjs"]).toContain("Good day");
  });

  it("is not taken in by another process that writes its own bundle meanwhile", () => {
    bundledThen = () => undefined;
    context();
    const old = readFileSync(join(root, "dist/worker/main.mjs"), "utf8");
    edit("tasks/greeting.ts", "Hello", "Good day");
    // The slower of two puts in place what was, before the faster has made its record.
    jest.mocked(renameSync).mockImplementation((from, to) => {
      rename(from, to);
      if (String(to).includes("worker.maps")) write("dist/worker/main.mjs", old);
    });

    context();

    expect(context()["main.mjs"]).toContain("Good day");
  });
});

describe("bundleWorker", () => {
  it("makes a context of the bundle and the Dockerfile, and nothing else", () => {
    mkdirSync(join(root, "dist/worker/old"), { recursive: true });
    writeFileSync(join(root, "dist/worker/old/main.js"), "");
    writeFileSync(join(root, "dist/worker/notes.txt"), "");

    const files = context();

    expect(Object.keys(files).sort()).toEqual(["Dockerfile", "main.mjs"]);
    expect(files["Dockerfile"]).toBe("ARG BASE\nFROM $BASE\nCOPY *.mjs ./\n");
  });

  it("makes a file that runs by itself, packages in CommonJS included", () => {
    context();
    rmSync(join(root, "worker"), { recursive: true });
    rmSync(join(root, "tasks"), { recursive: true });

    const output = execFileSync(process.execPath, [join(root, "dist/worker/main.mjs")]);

    expect(output.toString()).toBe("Hello, you. 64\n");
  });

  it("has what is imported when it is needed in files of its own, which a start does not read", () => {
    edit("worker/main.ts", "/* @license of nobody */", IMPORTS_LATER);
    writeFileSync(join(root, "worker/soon.ts"), SOON);
    writeFileSync(join(root, "worker/late.ts"), LATE);

    const files = context();

    expect(Object.keys(files).sort()).toEqual([
      "Dockerfile",
      "chunk-00000003.mjs",
      "chunk-00000005.mjs",
      "late-00000001.mjs",
      "later-00000004.mjs",
      "main.mjs",
      "soon-00000002.mjs",
    ]);
    expect(files["main.mjs"]).not.toContain('"late');
    const output = execFileSync(process.execPath, [join(root, "dist/worker/main.mjs")]);
    expect(output.toString()).toBe(
      "Hello, you. 64\nsoon, shared\nlate, shared\nlater true later,never,default\n",
    );

    edit("worker/late.ts", "// Late.", "// Late,\n// as was said.");
    edit("worker/later.cjs", "exports.later", "// Later.\nexports.later");

    expect(context()).toEqual(files);
  });

  it("is unchanged by an edit to a comment or to a document", () => {
    const before = context();

    edit("worker/main.ts", "// Says who it is.", "/* Says\n who\n it is, at length. */");
    edit("tasks/greeting.ts", "// Politely.", "");
    edit("worker/main.ts", "of nobody", "of somebody");
    edit("worker/README.md", "# The worker", "# The worker\n\nMore of it.");
    writeFileSync(join(root, "worker/NOTES.md"), "New.");

    expect(context()).toEqual(before);
  });

  it("is changed by an edit to the code, wherever it is", () => {
    const before = context();

    edit("tasks/greeting.ts", "Hello", "Good day");

    const after = context();
    expect(after["main.mjs"]).not.toBe(before["main.mjs"]);
    expect(after["main.mjs"]).toBe(before["main.mjs"]!.replace("Hello", "Good day"));
  });

  it("is changed by an edit to the Dockerfile", () => {
    context();

    edit("worker/Dockerfile", "FROM $BASE", "FROM $BASE AS worker");

    expect(context()["Dockerfile"]).toContain("AS worker");
  });

  it("is the same wherever the project lies", () => {
    const before = context();
    const elsewhere = mkdtempSync(join(realpathSync(tmpdir()), "bundle-"));
    cpSync(root, elsewhere, { recursive: true });
    const first = root;
    root = elsewhere;

    expect(context()).toEqual(before);

    rmSync(first, { recursive: true });
  });

  it("ends with esbuild's message where the code has a syntax error", () => {
    edit("tasks/greeting.ts", "return", "retrun return");

    expect(() => context()).toThrow(
      /^The worker cannot be bundled\. Build failed with 1 error:\ntasks\/greeting\.ts:4:15: ERROR: Expected ";"/,
    );
  });

  it("says how to get a package that is missing", () => {
    edit(
      "tasks/greeting.ts",
      "export",
      'import "@acme/not-there/sub";\nimport "./missing.ts";\nexport',
    );

    expect(() => context()).toThrow(
      /Could not resolve "\.\/missing\.ts"[^]*\nInstall it: npm install --workspace worker\/handlers @acme\/not-there$/,
    );
  });

  it("is unchanged by an edit to a comment of the worker's own code", () => {
    copyFixtureProject(root);
    symlinkSync(resolve("node_modules"), join(root, "node_modules"));
    const before = context();

    appendFileSync(join(root, "worker/main.ts"), "\n// One more comment.\n");
    appendFileSync(join(root, "tasks/tasks.ts"), "\n/** And another. */\n");

    const after = context();
    expect(after["main.mjs"] === before["main.mjs"]).toBe(true);
    expect(before["main.mjs"]).not.toContain(root);

    appendFileSync(join(root, "worker/main.ts"), "\nprocess.title = 'worker';\n");

    expect(context()["main.mjs"] === before["main.mjs"]).toBe(false);
    // Three bundles of real size, on a machine that may have other things to do.
  });

  it("has a main file of what a start needs", () => {
    copyFixtureProject(root);
    symlinkSync(resolve("node_modules"), join(root, "node_modules"));

    const main = context()["main.mjs"]!;

    const map = readFileSync(sourceMapFile(join(root, "dist/worker"), Buffer.from(main)), "utf8");
    const { sources } = JSON.parse(map) as { sources: string[] };
    const packages = sources.map((source) => /node_modules\/([^/]+)/.exec(source)?.[1]);
    expect([...new Set(packages)].filter((name) => name !== undefined)).toEqual(["zod"]);
    // Of zod, not the languages that it knows.
    const languages = sources.filter((source) => source.includes("zod/v4/locales/"));
    expect(languages.map((source) => basename(source))).toEqual(["en.js"]);
    // An import of it has Node load fetch, HTTP/2 and TLS (worker/server.ts).
    expect(main).not.toMatch(/from"node:http"/);
  });
});
