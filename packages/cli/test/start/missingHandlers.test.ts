import { handlersToAdd, missingHandlers } from "../../start/missingHandlers.ts";
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
  const whileEdited = async (file: string, from: string, to: string): Promise<string[]> => {
    const undo = project.edit(file, from, to);
    try {
      return await missing();
    } finally {
      undo();
    }
  };

  it("are none where each has one", async () => {
    expect(await missing()).toEqual([]);
  });

  it("are those that are declared and stand in no table", async () => {
    const declared = '"another": { queue: "email", payload: z.strictObject({}) },\n  "send-email":';
    expect(await whileEdited("tasks/tasks.ts", '"send-email":', declared)).toEqual(["another"]);
    expect(await whileEdited(TABLE, '  "send-digest": sendDigest,\n', "")).toEqual(["send-digest"]);
  });

  it.each([
    ["does not compile", "export const", "exprt const"],
    ["lacks a file", "./sendDigest.ts", "./nowhere.ts"],
    ["lacks an export", "{ sendDigest }", "{ sendDigest, nothing }"],
    ["throws", "export const", 'throw new Error("Not today.");\nexport const'],
    ["ends the process", "export const", "process.exit(0);\nexport const"],
  ])("are told by nobody of code that %s", async (_what, from, to) => {
    expect(await whileEdited(TABLE, from, to)).toEqual([]);
  });

  it("are found where a handler keeps its process busy", async () => {
    const busy = "setInterval(() => undefined, 1000);\nexport const";
    expect(await whileEdited(TABLE, "export const", busy)).toEqual([]);
  });

  it("are not asked for any longer once that is given up", async () => {
    expect(await missingHandlers(project.directory, AbortSignal.abort())).toEqual([]);
  });
});

describe("What there is to do for tasks without handlers", () => {
  it("is named with the file that takes them", () => {
    expect(handlersToAdd(["a"])).toBe(
      "Task 'a' has no handler yet: add it to worker/handlers/index.ts.",
    );
    expect(handlersToAdd(["a", "b", "c"])).toBe(
      "Tasks 'a', 'b' and 'c' have no handlers yet: add them to worker/handlers/index.ts.",
    );
  });
});
