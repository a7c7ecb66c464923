import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outputs } from "../../stack/outputs.ts";
import { startTestStack, type TestStack } from "../support/localStack.ts";
import { ProjectCopy } from "../support/projectCopy.ts";
import { RunningScript } from "../support/runningScript.ts";
import { Producer } from "./producer.ts";

const NAME = "@acme/tasks-client";

const TSCONFIG = {
  compilerOptions: { module: "nodenext", target: "es2022", outDir: "dist", strict: true },
  files: ["main.ts"],
};

/** The names and the text of every file below a folder. */
function textIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => `${name}\n${readFileSync(join(parentPath, name), "utf8")}`)
    .join("\n");
}

describe("npm run tasks -- client", () => {
  let project: ProjectCopy;
  let folder: string;
  /** The folder of a package that it wrote, and what it said. */
  let out: string;
  let said: string;

  beforeAll(async () => {
    project = new ProjectCopy();
    folder = mkdtempSync(join(tmpdir(), "client-package-"));
    out = join(folder, "package");
    said = (await client("--out", out, "--name", NAME, "--version", "1.4.0")).stdout;
  });
  afterAll(() => {
    project[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  /** Runs the command in the project. */
  async function client(...args: readonly string[]) {
    await using script = new RunningScript("packages/cli/main.ts", ["client", ...args], {
      cwd: project.directory,
      env: project.env,
    });
    const { code } = await script.ended;
    return { code, stdout: script.stdout.join("\n"), stderr: script.stderr.join("\n") };
  }

  it("writes a package that any registry takes, with the client and the tasks alone", () => {
    expect(said).toBe(
      `Wrote @acme/tasks-client 1.4.0 to '${out}'. To publish it, run 'npm publish' there.`,
    );
    expect(JSON.parse(readFileSync(join(out, "package.json"), "utf8"))).toEqual({
      name: "@acme/tasks-client",
      version: "1.4.0",
      description: "Enqueues tasks.",
      generator: "background-tasks client",
      type: "module",
      exports: {
        ".": {
          types: "./dist/tasks/client/producer.d.ts",
          default: "./dist/tasks/client/producer.js",
        },
      },
      files: ["dist"],
      sideEffects: false,
      engines: { node: ">=20" },
      dependencies: {
        "google-auth-library": expect.stringMatching(/^\^\d/),
        zod: expect.stringMatching(/^\^\d/),
      },
    });
    expect(readdirSync(join(out, "dist/tasks"))).toEqual(["client", "contract", "tasks.js"]);
    expect(textIn(out)).not.toMatch(/smtp:\/\/user|daily-digest|maxBackoff: "|@background-tasks/);
  });

  describe("for a producer", () => {
    let stack: TestStack;
    let outputs: Outputs;

    beforeAll(async () => {
      stack = await startTestStack();
      outputs = await stack.deploy();
    });
    afterAll(() => stack[Symbol.asyncDispose]());

    /** What the worker answers to the task that a producer's file enqueues, which prints its name. */
    async function statusOf(producer: Producer, file: string): Promise<number> {
      const task = await producer.run(file, outputs.clientEnvironment);
      return (await stack.event("deliveryFinished", (event) => event.task === task)).status;
    }

    it("in TypeScript, checks payloads as it compiles, and enqueues without a login", async () => {
      using producer = new Producer({
        "package.json": '{ "type": "module" }',
        "tsconfig.json": JSON.stringify(TSCONFIG),
        "main.ts": `
          import { contract, createClient, type Enqueued } from "${NAME}";

          const client = createClient(contract);
          const text: string = "Hello.";
          const done: Enqueued = await client.enqueue(
            "send-email",
            { to: "you@example.com", subject: "Welcome", text },
            { id: "welcome/42" },
          );
          console.log(done.name);

          // @ts-expect-error There is no such task.
          void client.enqueue("send-mail", {}).catch(() => undefined);
          // @ts-expect-error The subject is missing.
          void client.enqueue("send-email", { to: "you@example.com", text }).catch(() => undefined);
        `,
      });
      await producer.install(NAME, out);

      await producer.compile();

      expect(await statusOf(producer, "dist/main.js")).toBe(204);
    });

    it("in JavaScript, refuses a payload, and enqueues without a login", async () => {
      using producer = new Producer({
        "main.mjs": `
          import { contract, createClient } from "${NAME}";

          const client = createClient(contract);
          const [refused, done] = await client.enqueueMany([
            { task: "send-email", payload: { to: "nobody", subject: "Welcome", text: "Hello." } },
            { task: "send-email", payload: { to: "you@example.com", subject: "Welcome", text: "Hello." } },
          ]);
          if (refused.ok) throw new Error("It was not refused.");
          console.log(done.name);
        `,
      });
      await producer.install(NAME, out);

      expect(await statusOf(producer, "main.mjs")).toBe(204);
    });
  });

  it("writes over what it wrote, and leaves alone what else is there", async () => {
    writeFileSync(join(out, "dist/stale.js"), "");
    writeFileSync(join(out, ".npmrc"), "registry=https://registry.example/");

    const { code } = await client("--out", out, "--version", "2.0.0");

    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([".npmrc", "README.md", "dist", "package.json"]);
    expect(readdirSync(join(out, "dist")).sort()).toEqual(["packages", "tasks"]);
    expect(readFileSync(join(out, "package.json"), "utf8")).toContain(
      '"name": "@background-tasks/client",\n  "version": "2.0.0"',
    );
  });

  it("refuses a folder that it did not write", async () => {
    const other = join(folder, "other");
    mkdirSync(other);
    writeFileSync(join(other, "package.json"), '{ "name": "something-else" }');

    const { code, stderr } = await client("--out", other);

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `'${other}' is not empty, and this command did not write it. Name a folder that is new, empty, or one that it wrote.`,
    });
    expect(readdirSync(other)).toEqual(["package.json"]);
  });

  it("refuses a name and a version that no registry takes", async () => {
    const { code, stderr } = await client(
      "--out",
      join(folder, "new"),
      "--name=Tasks",
      "--version=1",
    );

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "'Tasks' is no name of a package: it must be in lower case, such as '@my-team/tasks-client'. " +
        "'1' is no version: it must be three numbers, such as '1.4.0'.",
    });
  });

  it("says what does not compile, and writes nothing", async () => {
    const undo = project.edit("tasks/tasks.ts", 'queue: "default"', 'queue: "digests"');

    const { code, stderr } = await client("--out", join(folder, "wrong"));

    undo();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The client does not compile:\ntasks\/tasks\.ts\(\d+,\d+\): error TS2322: /,
    );
    expect(readdirSync(folder)).not.toContain("wrong");
  });
});
