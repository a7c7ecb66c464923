import { tellBroken } from "../../evaluate/tellBroken.ts";

const DIRECTORY = "/team/project";

function broken(stack: string, kind: ErrorConstructor | SyntaxErrorConstructor = Error, code = "") {
  const error = new kind("message");
  error.stack = stack;
  return tellBroken(Object.assign(error, { code }), DIRECTORY);
}

describe("A program that broke", () => {
  it("is told with the frames that are its own, by their paths in its folder", () => {
    const stack = [
      "ReferenceError: z is not defined",
      "    at file:///team/project/tasks/tasks.ts:2:1",
      "    at load (/team/project/packages/program/apply/applyProcess.ts:3:4)",
      "    at /team/project/node_modules/@pulumi/pulumi/output.js:5:6",
      "    at ModuleJob.run (node:internal/modules/esm/module_job:561:25)",
    ];

    expect(broken(stack.join("\n"))).toBe(
      "ReferenceError: z is not defined\n    at tasks/tasks.ts:2:1",
    );
  });

  it("is told with the place and the line of a text that cannot be read", () => {
    const stack = [
      "file:///team/project/tasks/queues.ts:2",
      "  email: {{",
      "          ^",
      "",
      "SyntaxError: Unexpected token",
      "    at parseTypeScript (node:internal/modules/typescript:72:36)",
      "    at file:///team/project/infra/index.ts:1:1",
    ];

    expect(broken(stack.join("\n"), SyntaxError)).toBe(
      "tasks/queues.ts:2\n  email: {{\n          ^\n\nSyntaxError: Unexpected token",
    );
  });

  it("is told of a module that is not there in one sentence", () => {
    const stack =
      "Error: Cannot find module '/team/project/infra/x.ts' imported from /team/project/infra/index.ts\n    at a (/b:1:2)";

    expect(broken(stack, Error, "ERR_MODULE_NOT_FOUND")).toBe(
      "Error: Cannot find module 'infra/x.ts' imported from infra/index.ts",
    );
  });

  it("is told as a text where it threw none but that", () => {
    expect(tellBroken("no", DIRECTORY)).toBe("no");
  });
});
