import { registeredResources } from "@background-tasks/program/declare/registeredResources.ts";
import { readStackFiles } from "@background-tasks/program/stack/stackFiles.ts";
import { ProjectCopy } from "../support/projectCopy.ts";

describe("A program that fails in one of its stacks", () => {
  it.each([
    ["in an `apply`", 'image.digest.apply(() => { throw new Error("No, in dev."); });'],
    ["in a promise", 'void Promise.reject(new Error("No, in dev."));'],
  ])("%s is told for that stack alone", async (_where, failure) => {
    using project = new ProjectCopy();
    project.edit(
      "infra/index.ts",
      "const secrets =",
      `import { getStack } from "@pulumi/pulumi";
       if (getStack() === "dev") { ${failure} }
       const secrets =`,
    );

    const { directory } = project;
    const replies = await registeredResources(directory, readStackFiles(directory));

    const said = replies.map((reply) =>
      "error" in reply ? [reply.stack, reply.error.split("\n")[0]] : [reply.stack],
    );
    expect(said).toEqual([["dev", "Error: No, in dev."], ["local"], ["prod"]]);
  });
});
