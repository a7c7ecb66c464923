import { handlersToAdd, missingHandlers, type Missing } from "../../start/missingHandlers.ts";
import { ProjectCopy } from "../support/projectCopy.ts";

const TABLE = "worker/handlers/index.ts";

describe("The tasks that have no handler", () => {
  let project: ProjectCopy;
  beforeAll(() => {
    project = new ProjectCopy();
  });
  afterAll(() => {
    project[Symbol.dispose]();
  });

  const missing = () => missingHandlers(project.directory);
  /** Those that miss while a file is another. */
  const whileEdited = async (
    file: string,
    from: string,
    to: string,
  ): Promise<Missing | undefined> => {
    const undo = project.edit(file, from, to);
    try {
      return await missing();
    } finally {
      undo();
    }
  };

  it("are none where each has one", async () => {
    expect(await missing()).toBeUndefined();
  });

  it("are those that are declared and stand in no table", async () => {
    const declared = '"another": { queue: "email", payload: z.strictObject({}) },\n  "send-email":';
    expect(await whileEdited("tasks/tasks.ts", '"send-email":', declared)).toEqual({
      kind: "handlers",
      tasks: ["another"],
    });
    expect(await whileEdited(TABLE, '  "send-digest": sendDigest,\n', "")).toEqual({
      kind: "handlers",
      tasks: ["send-digest"],
    });
  });

  it.each([
    ["does not compile", "export const", "exprt const"],
    ["lacks a package", "./sendDigest.ts", "no-such-package"],
    ["lacks a file of the machinery", "./sendDigest.ts", "../nowhere.ts"],
    ["lacks an export of the machinery", "./sendDigest.ts", "../errors.ts"],
    ["imports TypeScript as JavaScript", "./sendDigest.ts", "./sendDigest.js"],
    ["imports a file without its ending", "./sendDigest.ts", "./sendDigest"],
    ["imports a type as a value", "import type {", "import {"],
    ["throws", "export const", 'throw new Error("Not today.");\nexport const'],
    ["ends the process", "export const", "process.exit(0);\nexport const"],
  ])("are told by nobody of code that %s", async (_what, from, to) => {
    expect(await whileEdited(TABLE, from, to)).toBeUndefined();
  });

  it("are said to lack what a file of theirs does not export yet", async () => {
    expect(await whileEdited(TABLE, "{ sendDigest }", "{\n  sendDigest,\n  nothing }")).toEqual({
      kind: "export",
      name: "nothing",
      file: "worker/handlers/sendDigest.ts",
      by: TABLE,
    });
  });

  it("are said to lack a file that is not there yet", async () => {
    expect(await whileEdited(TABLE, "./sendDigest.ts", "./nowhere.ts")).toEqual({
      kind: "file",
      file: "worker/handlers/nowhere.ts",
      by: TABLE,
    });
  });

  it("are found where a handler keeps its process busy", async () => {
    const busy = "setInterval(() => undefined, 1000);\nexport const";
    expect(await whileEdited(TABLE, "export const", busy)).toBeUndefined();
  });

  it("are not asked for any longer once that is given up", async () => {
    expect(await missingHandlers(project.directory, AbortSignal.abort())).toBeUndefined();
  });
});

describe("What there is to do for tasks without handlers", () => {
  it("is named with the file that takes them", () => {
    expect(handlersToAdd({ kind: "handlers", tasks: ["a"] })).toBe(
      "Task 'a' has no handler yet: add it to worker/handlers/index.ts.",
    );
    expect(handlersToAdd({ kind: "handlers", tasks: ["a", "b", "c"] })).toBe(
      "Tasks 'a', 'b' and 'c' have no handlers yet: add them to worker/handlers/index.ts.",
    );
  });

  it("is named with the file that lacks something, and the one that imports it", () => {
    const where = { file: "worker/handlers/warmCache.ts", by: TABLE };
    expect(handlersToAdd({ kind: "export", name: "warmCache", ...where })).toBe(
      "worker/handlers/warmCache.ts does not export 'warmCache' yet, which worker/handlers/index.ts imports: add it there.",
    );
    expect(handlersToAdd({ kind: "file", ...where })).toBe(
      "worker/handlers/warmCache.ts is not there yet, which worker/handlers/index.ts imports: write it.",
    );
  });
});
